"""What the API does, in a few lines: enough for a caller's tests, not a second implementation."""

import re
import threading
from collections.abc import Callable, Iterable, Mapping
from datetime import UTC, datetime
from decimal import Decimal
from http import HTTPStatus
from typing import Any
from urllib.parse import unquote

from lib.client import exact_json
from lib.client.model import now_ms
from lib.client.moments import iso_to_ms, ms_to_iso
from lib.client.testing.alerting import InMemoryAlerting
from lib.client.testing.calls import Answer, Call, lies_within
from lib.client.testing.states import InMemoryStates

_REQUEST_ID = "in-memory"


class InMemoryPipeline:
    """Keeps readings, states, rules and alerts in memory; processing and alerting take no time.

    Each distinct reading is kept once, each body of device states counted once. `upcoming` holds
    answers that are given, one for each request, before the pipeline answers itself: a 429 to see
    a retry, a 400 to see a refusal. `calls` keeps what was asked.
    """

    def __init__(self) -> None:
        self.upcoming: list[Answer] = []
        self.calls: list[Call] = []
        self._stored: dict[str, dict[str, Any]] = {}
        self._alerting = InMemoryAlerting()
        self._states = InMemoryStates()
        self._lock = threading.Lock()
        self._routes: dict[str, Callable[..., Answer]] = {
            "POST /ingest": self._ingest,
            "GET /query": self._query,
            "POST /process": self._process,
            "POST /events": self._events,
            "GET /devices/([^/]+)/events": self._list_events,
            "POST /rules": self._alerting.create,
            "GET /rules": self._alerting.list_rules,
            "GET /rules/([^/]+)": self._alerting.get,
            "PUT /rules/([^/]+)": self._alerting.replace,
            "DELETE /rules/([^/]+)": self._alerting.delete,
            "GET /alerts": self._alerting.list_alerts,
            "GET /stats": self._states.stats,
            "GET /stats-html": self._states.page,
            "GET /health": self._health,
        }

    def readings(self) -> list[dict[str, Any]]:
        """Every distinct reading in time order, as sent."""
        return sorted(self._stored.values(), key=lambda reading: int(reading["timestamp"]))

    def answer(self, call: Call) -> Answer:
        """Answer one request, on whichever thread."""
        with self._lock:
            self.calls.append(call)
            if self.upcoming:
                return self.upcoming.pop(0)
            for route, answer in self._routes.items():
                if found := re.fullmatch(route, f"{call.method} {call.path}"):
                    return answer(call, *map(unquote, found.groups()))
            return Answer.error(HTTPStatus.NOT_FOUND, "NOT_FOUND", "There is no such path.")

    def _store(self, readings: Iterable[dict[str, Any]]) -> None:
        for reading in readings:
            key = exact_json.dumps(reading)
            if key not in self._stored:
                self._stored[key] = reading
                metrics = reading["sensor_data"] | _derived(reading["sensor_data"])
                self._alerting.evaluate(reading["device_id"], reading["timestamp"], metrics)

    def _ingest(self, call: Call) -> Answer:
        content = call.content()
        if "processed_devices" in content:
            return self._states.accept(call)
        readings = content.get("readings", [content])
        for reading in readings:
            reading.setdefault("timestamp", now_ms())
        self._store(readings)
        done = {"message": "Data ingested successfully"}
        if "readings" in content:
            return Answer.json(
                200, {**done, "accepted": len(readings), "submission_id": _REQUEST_ID}
            )
        return Answer.json(200, {**done, **{k: content[k] for k in ("device_id", "timestamp")}})

    def _events(self, call: Call) -> Answer:
        content = call.content()
        events = content.get("events", [content])
        self._store(
            {
                "device_id": event["device_id"],
                "sensor_data": {event["type"]: event["value"]},
                "timestamp": event["ts"],
            }
            for event in events
        )
        done = {"message": "Event accepted", "request_id": _REQUEST_ID}
        told = (
            {"accepted": len(events)}
            if "events" in content
            else {k: content[k] for k in ("device_id", "ts")}
        )
        return Answer.json(HTTPStatus.ACCEPTED, done | told)

    def _list_events(self, call: Call, device_id: str) -> Answer:
        found = [
            {
                "type": type_,
                "value": value,
                "ts": reading["timestamp"],
                "ingested_at": reading["timestamp"],
                "request_id": _REQUEST_ID,
            }
            for reading in self.readings()
            if reading["device_id"] == device_id and len(reading["sensor_data"]) == 1
            for type_, value in reading["sensor_data"].items()
            if call.query.get("type", type_) == type_
            and lies_within(call.query, reading["timestamp"])
        ]
        return Answer.page(call, "events", _ordered(call, found), device_id=device_id)

    def _query(self, call: Call) -> Answer:
        query = _with_span(call.query)
        shape = _raw if query.get("table") == "raw" else _processed
        found = [
            shape(reading)
            for reading in self.readings()
            if reading["device_id"] == query["device_id"]
            and lies_within(query, reading["timestamp"])
        ]
        return Answer.page(call, "items", _ordered(call, found))

    def _process(self, call: Call) -> Answer:
        content = call.content()
        there = any(
            reading["device_id"] == content["device_id"]
            and lies_within(content, reading["timestamp"])
            for reading in self._stored.values()
        )
        answer = {"message": "Accepted", "device_id": content["device_id"], "enqueued": int(there)}
        return Answer.json(HTTPStatus.ACCEPTED, answer)

    def _health(self, _call: Call) -> Answer:
        return Answer.json(200, {"status": "ok", "version": "in-memory"})


def _ordered(call: Call, oldest_first: list[dict[str, Any]]) -> list[dict[str, Any]]:
    return oldest_first[::-1] if call.query.get("order") == "desc" else oldest_first


def _with_span(query: Mapping[str, str]) -> Mapping[str, str]:
    """The query with start and end, where it names a day or nothing."""
    if "start" in query:
        return query
    day = query.get("event_date") or f"{datetime.now(UTC):%Y-%m-%d}"
    first = iso_to_ms(day, naive_is_utc=True)
    return {**query, "start": str(first), "end": str(first + 86_400_000)}


def _raw(reading: dict[str, Any]) -> dict[str, Any]:
    return {**reading, "received_at": reading["timestamp"], "source": "in-memory"}


def _processed(reading: dict[str, Any]) -> dict[str, Any]:
    metrics = reading["sensor_data"]
    return {
        "device_id": reading["device_id"],
        "event_date": ms_to_iso(reading["timestamp"])[:10],
        "timestamp": reading["timestamp"],
        **metrics,
        "processed_at": ms_to_iso(reading["timestamp"]),
        "status": "processed",
        **_derived(metrics),
    }


def _derived(metrics: Mapping[str, Any]) -> dict[str, Any]:
    celsius = metrics.get("temperature", metrics.get("temp"))
    if not isinstance(celsius, int | Decimal) or isinstance(celsius, bool):
        return {}
    return {
        "temperature_celsius": celsius,
        "temperature_fahrenheit": Decimal(celsius) * 9 / 5 + 32,
    }
