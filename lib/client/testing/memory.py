"""What the API does, in a few lines: enough for a caller's tests, not a second implementation."""

import gzip
import threading
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from decimal import Decimal
from http import HTTPStatus
from typing import Any

from lib.client import exact_json
from lib.client.model import now_ms
from lib.client.moments import iso_to_ms, ms_to_iso


@dataclass(frozen=True)
class Call:
    """One request as it came over the wire; header names are in lower case."""

    method: str
    path: str
    query: Mapping[str, str]
    headers: Mapping[str, str]
    body: bytes = b""

    def content(self) -> Any:
        """The JSON of the body, decompressed."""
        packed = self.headers.get("content-encoding") == "gzip"
        return exact_json.loads(gzip.decompress(self.body) if packed else self.body)


@dataclass(frozen=True)
class Answer:
    """One answer as it goes over the wire."""

    status: int
    body: bytes
    headers: Mapping[str, str] = field(default_factory=dict)

    @classmethod
    def json(cls, status: int, content: object, **headers: str) -> "Answer":
        """An answer in JSON; `_` in header names stands for `-`."""
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        return cls(status, exact_json.dumps(content).encode("utf-8"), named)

    @classmethod
    def error(cls, status: int, code: str, message: str, **headers: str) -> "Answer":
        """An error in the API's shape."""
        error = {"code": code, "message": message, "details": [], "requestId": "in-memory"}
        return cls.json(status, {"error": error}, **headers)


class InMemoryPipeline:
    """Keeps readings in memory, each distinct one once; processing takes no time.

    `upcoming` holds answers that are given, one for each request, before the pipeline answers
    itself: a 429 to see a retry, a 400 to see a refusal. `calls` keeps what was asked.
    """

    def __init__(self) -> None:
        self.upcoming: list[Answer] = []
        self.calls: list[Call] = []
        self._stored: dict[str, dict[str, Any]] = {}
        self._lock = threading.Lock()

    def readings(self) -> list[dict[str, Any]]:
        """Every distinct reading in time order, as sent."""
        return sorted(self._stored.values(), key=lambda reading: int(reading["timestamp"]))

    def answer(self, call: Call) -> Answer:
        """Answer one request, on whichever thread."""
        routes = {
            ("POST", "/ingest"): self._ingest,
            ("GET", "/query"): self._query,
            ("POST", "/process"): self._process,
            ("GET", "/health"): self._health,
        }
        with self._lock:
            self.calls.append(call)
            if self.upcoming:
                return self.upcoming.pop(0)
            route = routes.get((call.method, call.path))
            if route is None:
                return Answer.error(HTTPStatus.NOT_FOUND, "NOT_FOUND", "There is no such path.")
            return route(call)

    def _ingest(self, call: Call) -> Answer:
        content = call.content()
        readings = content.get("readings", [content])
        for reading in readings:
            reading.setdefault("timestamp", now_ms())
            self._stored.setdefault(exact_json.dumps(reading), reading)
        done = {"message": "Data ingested successfully"}
        if "readings" in content:
            return Answer.json(
                200, {**done, "accepted": len(readings), "submission_id": "in-memory"}
            )
        return Answer.json(200, {**done, **{k: content[k] for k in ("device_id", "timestamp")}})

    def _query(self, call: Call) -> Answer:
        query = call.query
        first, last = _span(query)
        found = [
            reading
            for reading in self.readings()
            if reading["device_id"] == query["device_id"] and first <= reading["timestamp"] < last
        ]
        if query.get("order") == "desc":
            found.reverse()
        position, limit = int(query.get("next_token", "0")), int(query.get("limit", "100"))
        shape = _raw if query.get("table") == "raw" else _processed
        page = [shape(reading) for reading in found[position : position + limit]]
        more = {"next_token": str(position + limit)} if len(found) > position + limit else {}
        return Answer.json(200, {"count": len(page), "items": page, **more})

    def _process(self, call: Call) -> Answer:
        content = call.content()
        there = any(
            reading["device_id"] == content["device_id"]
            and content["start"] <= reading["timestamp"] < content["end"]
            for reading in self._stored.values()
        )
        answer = {"message": "Accepted", "device_id": content["device_id"], "enqueued": int(there)}
        return Answer.json(202, answer)

    def _health(self, _call: Call) -> Answer:
        return Answer.json(200, {"status": "ok", "version": "in-memory"})


def _span(query: Mapping[str, str]) -> tuple[int, int]:
    if "start" in query:
        return int(query["start"]), int(query["end"])
    day = query.get("event_date") or f"{datetime.now(UTC):%Y-%m-%d}"
    first = iso_to_ms(day, naive_is_utc=True)
    return first, first + 86_400_000


def _raw(reading: dict[str, Any]) -> dict[str, Any]:
    return {**reading, "received_at": reading["timestamp"], "source": "in-memory"}


def _processed(reading: dict[str, Any]) -> dict[str, Any]:
    metrics = reading["sensor_data"]
    item = {
        "device_id": reading["device_id"],
        "event_date": ms_to_iso(reading["timestamp"])[:10],
        "timestamp": reading["timestamp"],
        **metrics,
        "processed_at": ms_to_iso(reading["timestamp"]),
        "status": "processed",
    }
    celsius = metrics.get("temperature", metrics.get("temp"))
    if isinstance(celsius, int | Decimal) and not isinstance(celsius, bool):
        item["temperature_celsius"] = celsius
        item["temperature_fahrenheit"] = Decimal(celsius) * 9 / 5 + 32
    return item
