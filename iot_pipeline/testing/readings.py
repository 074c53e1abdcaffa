"""Readings and events in memory: each distinct one is kept once, and processed at once."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from decimal import Decimal
from http import HTTPStatus
from typing import Any, Literal

from iot_pipeline import exact_json
from iot_pipeline.moments import iso_to_ms, ms_to_iso, now_ms
from iot_pipeline.testing.http import REQUEST_ID, Request, Response, lies_within

_DAY_MS = 86_400_000

Evaluate = Callable[[str, int, Mapping[str, Any]], None]
"""Takes a reading's device, its time (epoch milliseconds), and its metrics with those derived."""


@dataclass(frozen=True, slots=True)
class StoredReading:
    """A reading, and the way that it came."""

    device_id: str
    timestamp: int
    metrics: Mapping[str, Any]
    source: Literal["ingest", "events"]

    def as_sent(self) -> dict[str, Any]:
        """The reading as `POST /ingest` takes it."""
        return {
            "device_id": self.device_id,
            "sensor_data": dict(self.metrics),
            "timestamp": self.timestamp,
        }

    def as_raw(self) -> dict[str, Any]:
        """The item of the raw table."""
        return {**self.as_sent(), "received_at": self.timestamp, "source": self.source}

    def as_processed(self) -> dict[str, Any]:
        """The item of the processed table."""
        moment = ms_to_iso(self.timestamp)
        return {
            "device_id": self.device_id,
            "event_date": moment[:10],
            "timestamp": self.timestamp,
            **self.processed_metrics(),
            "processed_at": moment,
            "status": "processed",
        }

    def as_event(self) -> dict[str, Any]:
        """The event, of a reading with one metric."""
        ((type_, value),) = self.metrics.items()
        return {
            "type": type_,
            "value": value,
            "ts": self.timestamp,
            "ingested_at": self.timestamp,
            "request_id": REQUEST_ID,
        }

    def processed_metrics(self) -> dict[str, Any]:
        """What was sent, and its temperature on both scales."""
        celsius = self.metrics.get("temperature", self.metrics.get("temp"))
        if not isinstance(celsius, int | Decimal) or isinstance(celsius, bool):
            return dict(self.metrics)
        return {
            **self.metrics,
            "temperature_celsius": celsius,
            "temperature_fahrenheit": Decimal(celsius) * 9 / 5 + 32,
        }


class InMemoryReadings:
    """Keeps readings; `evaluate` is called with each new one."""

    def __init__(self, evaluate: Evaluate) -> None:
        self._evaluate = evaluate
        self._stored: dict[str, StoredReading] = {}

    def in_time_order(self) -> list[StoredReading]:
        """Every distinct reading."""
        return sorted(self._stored.values(), key=lambda stored: stored.timestamp)

    def accept(self, request: Request) -> Response:
        """`POST /ingest` with readings."""
        content = request.content()
        sent = content.get("readings", [content])
        for one in sent:
            self._store(
                StoredReading(
                    one["device_id"],
                    one.setdefault("timestamp", now_ms()),
                    one["sensor_data"],
                    "ingest",
                )
            )
        done = {"message": "Data ingested successfully"}
        if "readings" in content:
            told = {"accepted": len(sent), "submission_id": REQUEST_ID}
        else:
            told = {name: content[name] for name in ("device_id", "timestamp")}
        return Response.json(200, done | told)

    def accept_events(self, request: Request) -> Response:
        """`POST /events`."""
        content = request.content()
        sent = content.get("events", [content])
        for one in sent:
            metrics = {one["type"]: one["value"]}
            self._store(
                StoredReading(one["device_id"], one.setdefault("ts", now_ms()), metrics, "events")
            )
        done = {"message": "Event accepted", "request_id": REQUEST_ID}
        if "events" in content:
            told = {"accepted": len(sent)}
        else:
            told = {name: content[name] for name in ("device_id", "ts")}
        return Response.json(HTTPStatus.ACCEPTED, done | told)

    def query(self, request: Request) -> Response:
        """`GET /query`."""
        query = _with_span(request.query)
        found = self._of(query["device_id"], query)
        if query.get("table") == "raw":
            items = [stored.as_raw() for stored in found]
        else:
            items = [stored.as_processed() for stored in found]
        return Response.page(request, "items", items)

    def list_events(self, request: Request, device_id: str) -> Response:
        """`GET /devices/{device_id}/events`."""
        wanted = request.query.get("type")
        found = [
            stored.as_event()
            for stored in self._of(device_id, request.query)
            if len(stored.metrics) == 1 and wanted in (None, *stored.metrics)
        ]
        return Response.page(request, "events", found, device_id=device_id)

    def reprocess(self, request: Request) -> Response:
        """`POST /process`: everything is processed already."""
        content = request.content()
        dry_run = content.get("dry_run", False)
        answer = {
            "message": "Dry run: nothing enqueued" if dry_run else "Processing started",
            "device_id": content["device_id"],
            "enqueued": len(self._of(content["device_id"], content)),
        }
        return Response.json(HTTPStatus.ACCEPTED, answer)

    def _store(self, reading: StoredReading) -> None:
        key = exact_json.dumps(reading.as_sent())
        if key not in self._stored:
            self._stored[key] = reading
            self._evaluate(reading.device_id, reading.timestamp, reading.processed_metrics())

    def _of(self, device_id: str, asked: Mapping[str, Any]) -> list[StoredReading]:
        found = [
            stored
            for stored in self.in_time_order()
            if stored.device_id == device_id and lies_within(asked, stored.timestamp)
        ]
        return found[::-1] if asked.get("order") == "desc" else found


def _with_span(query: Mapping[str, str]) -> Mapping[str, str]:
    """The query with start and end, where it names a day or nothing."""
    if "start" in query:
        return query
    day = query.get("event_date") or f"{datetime.now(UTC):%Y-%m-%d}"
    first = iso_to_ms(day, naive_is_utc=True)
    return {**query, "start": str(first), "end": str(first + _DAY_MS)}
