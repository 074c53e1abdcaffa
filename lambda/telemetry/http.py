"""The shapes of telemetry requests and answers that write: `POST /ingest` and `POST /process`."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from edge.http import Answer, json_answer
from edge.idempotency import Attempt
from kernel.errors import Fault, Invalid
from kernel.parsing import device_id_of, object_of, past_timestamp_of, refuse_unknown, rows_of
from readings.model import Reading
from telemetry.ingest import Submission
from telemetry.parsing import metrics_of
from telemetry.ports import Receipt
from telemetry.reprocess import Reprocessed, ReprocessRequest
from telemetry.segmenting import MAX_READING_BYTES

MAX_READINGS = 1_000

_REQUIRED_FIELDS = {"device_id", "sensor_data"}
_READING_FIELDS = _REQUIRED_FIELDS | {"timestamp"}


@dataclass(frozen=True, slots=True)
class Arrived:
    """What a request brings; several: whether it was sent as a list, however short."""

    submission: Submission
    several: bool


def parse_ingest(body: bytes, attempt: Attempt) -> Arrived:
    """Read the body of `POST /ingest`; raises Malformed, or Invalid with every fault."""
    document = object_of(body)
    faults: list[Fault] = []
    if "readings" in document:
        refuse_unknown(document, {"readings"}, "", faults)
        rows = rows_of(document["readings"], "readings", MAX_READINGS, faults)
    else:
        rows = [("", document)]
    readings = [_reading_of(row, path, attempt.arrived_at, faults) for path, row in rows]
    if faults:
        raise Invalid(faults)
    submission = Submission(
        readings,
        Receipt(attempt.arrived_at, "ingest", attempt.request_id),
        # A key fixes the time of arrival, and with it every key that is written.
        unrepeatable=()
        if attempt.keyed
        else [
            reading
            for (_, row), reading in zip(rows, readings, strict=True)
            if "timestamp" not in row
        ],
    )
    return Arrived(submission, several="readings" in document)


def readings_accepted(arrived: Arrived) -> Answer:
    """The answer to `POST /ingest` once the readings are kept."""
    content: dict[str, Any] = {"message": "Data ingested successfully"}
    readings = arrived.submission.readings
    if arrived.several:
        content |= {
            "accepted": len(readings),
            "submission_id": arrived.submission.receipt.request_id,
        }
    else:
        content |= {"device_id": readings[0].device_id, "timestamp": readings[0].timestamp}
    return json_answer(200, content)


def reprocessed(request: ReprocessRequest, outcome: Reprocessed) -> Answer:
    """The answer to `POST /process`; `next_start` only where the range was not finished."""
    message = "Dry run: nothing enqueued" if request.dry_run else "Processing started"
    content: dict[str, Any] = {
        "message": message,
        "device_id": request.device_id,
        "enqueued": outcome.readings,
    }
    if outcome.next_start is not None:
        content["next_start"] = outcome.next_start
    return json_answer(202, content)


def _reading_of(row: Mapping[str, Any], path: str, now: int, faults: list[Fault]) -> Reading:
    before = len(faults)
    if not row.keys() <= _READING_FIELDS:
        refuse_unknown(row, _READING_FIELDS, path, faults)
    if not row.keys() >= _REQUIRED_FIELDS:
        missing = sorted(_REQUIRED_FIELDS - row.keys())
        faults.extend(Fault(f"{path}{name}", "is required") for name in missing)
    device_id, timestamp, metrics = "", now, {}
    if "device_id" in row:
        device_id = device_id_of(row["device_id"], f"{path}device_id", faults)
    if "timestamp" in row:
        timestamp = past_timestamp_of(row["timestamp"], f"{path}timestamp", now, faults)
    if "sensor_data" in row:
        metrics = metrics_of(row["sensor_data"], f"{path}sensor_data", faults)
    if len(faults) > before:
        metrics = {}
    reading = Reading.of(device_id, timestamp, metrics)
    if len(reading.text) > MAX_READING_BYTES:
        reason = f"is longer than {MAX_READING_BYTES} bytes as ASCII JSON"
        faults.append(Fault(f"{path}sensor_data", reason))
    return reading
