"""The shapes of `POST /events`: an event is a reading with one metric, kept like every other."""

from collections.abc import Mapping
from typing import Any

from edge.http import Answer, json_answer
from edge.idempotency import Attempt
from kernel.errors import Fault, Invalid
from kernel.parsing import device_id_of, object_of, past_timestamp_of, refuse_unknown, rows_of
from readings.metrics import metric_name_fault, metric_of
from readings.model import Reading
from telemetry.http import Arrived
from telemetry.ingest import Submission
from telemetry.ports import Receipt

MAX_EVENTS = 1_000

_FIELDS = ("device_id", "type", "value", "ts")


def parse_events(body: bytes, attempt: Attempt) -> Arrived:
    """Read the body of `POST /events`; raises Malformed, or Invalid with every fault."""
    document = object_of(body)
    faults: list[Fault] = []
    many = "events" in document
    if many:
        refuse_unknown(document, {"events"}, "", faults)
    rows = rows_of(document["events"], "events", MAX_EVENTS, faults) if many else [("", document)]
    readings = [_reading_of(row, path, attempt.arrived_at, faults) for path, row in rows]
    if faults:
        raise Invalid(faults)
    receipt = Receipt(attempt.arrived_at, "events", attempt.request_id)
    return Arrived(Submission(readings, receipt), several=many)


def events_accepted(arrived: Arrived) -> Answer:
    """The answer to `POST /events` once the events are kept."""
    submission = arrived.submission
    content: dict[str, Any] = {
        "message": "Event accepted",
        "request_id": submission.receipt.request_id,
    }
    if arrived.several:
        content["accepted"] = len(submission.readings)
    else:
        (event,) = submission.readings
        content |= {"device_id": event.device_id, "ts": event.timestamp}
    return json_answer(202, content)


def _reading_of(row: Mapping[str, Any], path: str, now: int, faults: list[Fault]) -> Reading:
    before = len(faults)
    refuse_unknown(row, set(_FIELDS), path, faults)
    faults.extend(Fault(f"{path}{name}", "is required") for name in _FIELDS if name not in row)
    device_id, timestamp, metrics = "", 0, {}
    if "device_id" in row:
        device_id = device_id_of(row["device_id"], f"{path}device_id", faults)
    if "ts" in row:
        timestamp = past_timestamp_of(row["ts"], f"{path}ts", now, faults)
    if "type" in row:
        name = row["type"] if isinstance(row["type"], str) else ""
        if fault := metric_name_fault(name):
            faults.append(Fault(f"{path}type", fault))
        if "value" in row:
            metrics = {name: metric_of(row["value"], f"{path}value", faults)}
    return Reading.of(device_id, timestamp, {} if len(faults) > before else metrics)
