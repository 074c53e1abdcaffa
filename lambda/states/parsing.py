"""Reading device states as callers write them."""

from collections.abc import Mapping
from typing import Any

from kernel.errors import Fault, Invalid
from kernel.parsing import object_of, past_timestamp_of, refuse_unknown, rows_of
from states.model import DeviceState

MAX_STATES = 5_000
MAX_WORD = 64
FIELDS = ("type", "state", "timestamp")


def parse_states(body: bytes, now: int) -> tuple[DeviceState, ...]:
    """Read the body of `POST /ingest` with device states.

    Raises Malformed, or Invalid with every fault.
    """
    document = object_of(body)
    faults: list[Fault] = []
    refuse_unknown(document, {"processed_devices"}, "", faults)
    rows = rows_of(document.get("processed_devices"), "processed_devices", MAX_STATES, faults)
    states = tuple(_state_of(row, path, now, faults) for path, row in rows)
    if faults:
        raise Invalid(faults)
    return states


def word_fault(value: Any) -> str | None:
    """What is wrong with a type or a state, if anything."""
    if not isinstance(value, str) or not 1 <= len(value) <= MAX_WORD or "#" in value:
        return f"must be a text of 1 to {MAX_WORD} printable characters without #"
    if not value.isprintable():
        return "holds characters that cannot be printed"
    return None


def _state_of(row: Mapping[str, Any], path: str, now: int, faults: list[Fault]) -> DeviceState:
    refuse_unknown(row, set(FIELDS), path, faults)
    faults.extend(Fault(f"{path}{name}", "is required") for name in FIELDS if name not in row)
    words = {"type": "", "state": ""}
    for name in words:
        if name in row:
            if fault := word_fault(row[name]):
                faults.append(Fault(f"{path}{name}", fault))
            else:
                words[name] = row[name]
    timestamp = 0
    if "timestamp" in row:
        timestamp = past_timestamp_of(row["timestamp"], f"{path}timestamp", now, faults)
    return DeviceState(words["type"], words["state"], timestamp)
