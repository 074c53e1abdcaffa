"""The shapes of telemetry requests and answers that write: `POST /ingest` and `POST /process`."""

import re
from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from kernel import exact_json
from kernel.clock import DAY_MS
from kernel.errors import Fault, Invalid
from kernel.http import Answer, json_answer
from kernel.idempotency import Attempt
from kernel.parsing import (
    device_id_of,
    past_timestamp_of,
    refuse_unknown,
    text_fault,
    timestamp_of,
)
from telemetry.ingest import Submission
from telemetry.model import MAX_METRICS, MAX_READING_BYTES, RESERVED_NAMES, Metric, Reading
from telemetry.ports import Receipt, Span
from telemetry.replay import Replayed, ReplayRequest

MAX_READINGS = 1_000
MAX_TEXT = 1_024
MAX_SPAN_MS = 31 * DAY_MS

_READING_FIELDS = {"device_id", "sensor_data", "timestamp"}
_REPLAY_FIELDS = {"device_id", "start", "end", "dry_run"}
_METRIC_NAME = re.compile(r"[A-Za-z][A-Za-z0-9_]{0,63}")


def parse_ingest(body: bytes, attempt: Attempt) -> tuple[Submission, Answer]:
    """Read the body of `POST /ingest`; also gives the answer due once the submission is kept.

    Raises Malformed, or Invalid with every fault.
    """
    document = _object_of(body)
    faults: list[Fault] = []
    message = {"message": "Data ingested successfully"}
    if "readings" in document:
        refuse_unknown(document, {"readings"}, "", faults)
        rows = _rows_of(document["readings"], faults)
    else:
        rows = [("", document)]
    readings = [_reading_of(row, path, attempt.arrived_at, faults) for path, row in rows]
    if faults:
        raise Invalid(faults)
    submission = Submission(
        readings,
        Receipt(attempt.arrived_at, "ingest", attempt.request_id),
        # A key fixes the time of arrival, and with it every key that is written.
        repeatable=attempt.keyed or all("timestamp" in row for _, row in rows),
    )
    if "readings" in document:
        counted = {"accepted": len(readings), "submission_id": attempt.request_id}
        return submission, json_answer(200, {**message, **counted})
    (reading,) = readings
    placed = {"device_id": reading.device_id, "timestamp": reading.timestamp}
    return submission, json_answer(200, {**message, **placed})


def parse_replay(body: bytes) -> ReplayRequest:
    """Read the body of `POST /process`; raises Malformed, or Invalid with every fault."""
    document = _object_of(body)
    faults: list[Fault] = []
    refuse_unknown(document, _REPLAY_FIELDS, "", faults)
    missing = [name for name in ("device_id", "start", "end") if name not in document]
    faults.extend(Fault(name, "is required") for name in missing)
    device_id, start, end = "", 0, 0
    if "device_id" in document:
        device_id = device_id_of(document["device_id"], "device_id", faults)
    if "start" in document:
        start = timestamp_of(document["start"], "start", faults)
    if "end" in document:
        end = timestamp_of(document["end"], "end", faults)
    dry_run = document.get("dry_run", False)
    if not isinstance(dry_run, bool):
        faults.append(Fault("dry_run", "must be true or false"))
    if not faults:
        span_faults(start, end, faults)
    if faults:
        raise Invalid(faults)
    return ReplayRequest(device_id, Span(start, end), dry_run)


def replayed(request: ReplayRequest, outcome: Replayed) -> Answer:
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


def span_faults(start: int, end: int, faults: list[Fault]) -> None:
    """Add what is wrong with a span from `start` up to, but not including, `end`."""
    if end <= start:
        faults.append(Fault("end", "must be later than start"))
    elif end - start > MAX_SPAN_MS:
        faults.append(Fault("end", "must be at most 31 days after start"))


def _object_of(body: bytes) -> Mapping[str, Any]:
    document = exact_json.loads(body)
    if not isinstance(document, Mapping):
        raise Invalid([Fault("", "must be a JSON object")])
    return document


def _rows_of(value: Any, faults: list[Fault]) -> list[tuple[str, Mapping[str, Any]]]:
    if not isinstance(value, list) or not 1 <= len(value) <= MAX_READINGS:
        faults.append(Fault("readings", f"must be a list of 1 to {MAX_READINGS} readings"))
        return []
    rows = []
    for index, row in enumerate(value):
        if isinstance(row, Mapping):
            rows.append((f"readings[{index}].", row))
        else:
            faults.append(Fault(f"readings[{index}]", "must be an object"))
    return rows


def _reading_of(row: Mapping[str, Any], path: str, now: int, faults: list[Fault]) -> Reading:
    before = len(faults)
    if not row.keys() <= _READING_FIELDS:
        refuse_unknown(row, _READING_FIELDS, path, faults)
    missing = [name for name in ("device_id", "sensor_data") if name not in row]
    faults.extend(Fault(f"{path}{name}", "is required") for name in missing)
    device_id, timestamp, metrics = "", now, {}
    if "device_id" in row:
        device_id = device_id_of(row["device_id"], f"{path}device_id", faults)
    if "timestamp" in row:
        timestamp = past_timestamp_of(row["timestamp"], f"{path}timestamp", now, faults)
    if "sensor_data" in row:
        metrics = _metrics_of(row["sensor_data"], f"{path}sensor_data", faults)
    if len(faults) > before:
        metrics = {}
    reading = Reading.of(device_id, timestamp, metrics)
    if len(reading.text) > MAX_READING_BYTES:
        reason = f"is longer than {MAX_READING_BYTES} bytes as ASCII JSON"
        faults.append(Fault(f"{path}sensor_data", reason))
    return reading


def _metrics_of(value: Any, path: str, faults: list[Fault]) -> dict[str, Metric]:
    if not isinstance(value, Mapping) or not 1 <= len(value) <= MAX_METRICS:
        faults.append(Fault(path, f"must be an object of 1 to {MAX_METRICS} metrics"))
        return {}
    metrics: dict[str, Metric] = {}
    for name, given in value.items():
        if not _METRIC_NAME.fullmatch(name):
            faults.append(Fault(f"{path}.{name}", "must be named [A-Za-z][A-Za-z0-9_]{0,63}"))
        elif name in RESERVED_NAMES:
            faults.append(Fault(f"{path}.{name}", "is a name that items use themselves"))
        else:
            metrics[name] = _metric_of(given, f"{path}.{name}", faults)
    return metrics


def _metric_of(value: Any, path: str, faults: list[Fault]) -> Metric:
    kind = type(value)
    if kind is Decimal or kind is int:
        try:
            return exact_json.canonical(value)
        except ArithmeticError:
            reason = "must have at most 38 significant digits and lie within ±9.9E+125"
            faults.append(Fault(path, reason))
            return False
    if isinstance(value, bool):
        return value
    if isinstance(value, str):
        if fault := text_fault(value, MAX_TEXT):
            faults.append(Fault(path, fault))
        return value
    faults.append(Fault(path, "must be a number, a boolean or a text"))
    return False
