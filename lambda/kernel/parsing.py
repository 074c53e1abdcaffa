"""Reading what callers send, so that every fault is found and named."""

import re
from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from kernel import exact_json
from kernel.clock import MINUTE_MS, to_ms
from kernel.errors import Fault, Invalid

MAX_AHEAD_MS = 10 * MINUTE_MS
# Sort keys hold 13 digits: until the year 2286.
MAX_TIMESTAMP = 10**13 - 1

DAY = re.compile(r"\d{4}-\d{2}-\d{2}")
DEVICE_ID = re.compile(r"[A-Za-z0-9._:@-]{1,128}")
NUMBERS = (
    f"0 or of a magnitude from 1E{exact_json.LEAST_EXPONENT} to below "
    f"1E+{exact_json.MOST_EXPONENT + 1}, with at most {exact_json.MAX_DIGITS} significant digits"
)
_UNPRINTABLE = re.compile("[\x00-\x1f\x7f-\x9f\ud800-\udfff]")


Row = tuple[str, Mapping[str, Any]]


def object_of(body: bytes) -> Mapping[str, Any]:
    """A body that is a JSON object; raises Malformed, or Invalid for anything else."""
    document = exact_json.loads(body)
    if not isinstance(document, Mapping):
        raise Invalid([Fault("", "must be a JSON object")])
    return document


def rows_of(value: Any, name: str, most: int, faults: list[Fault]) -> list[Row]:
    """The objects of a list of 1 to `most`, each with the path of its fields."""
    if not isinstance(value, list) or not 1 <= len(value) <= most:
        faults.append(Fault(name, f"must be a list of 1 to {most} {name}"))
        return []
    rows = []
    for index, row in enumerate(value):
        if isinstance(row, Mapping):
            rows.append((f"{name}[{index}].", row))
        else:
            faults.append(Fault(f"{name}[{index}]", "must be an object"))
    return rows


def device_id_of(value: Any, path: str, faults: list[Fault]) -> str:
    """A device's id, or "" with a fault."""
    if isinstance(value, str) and DEVICE_ID.fullmatch(value):
        return value
    faults.append(Fault(path, "must be 1 to 128 characters of A-Z a-z 0-9 . _ : @ -"))
    return ""


def day_of_text(value: Any, path: str, faults: list[Fault]) -> str:
    """A day as YYYY-MM-DD, or "" with a fault."""
    try:
        if DAY.fullmatch(value):
            date.fromisoformat(value)
            return str(value)
    except (TypeError, ValueError):
        pass
    faults.append(Fault(path, "must be a day as YYYY-MM-DD"))
    return ""


def timestamp_of(value: Any, path: str, faults: list[Fault]) -> int:
    """Milliseconds since the epoch, given so or as ISO 8601 with an offset; or 0 with a fault."""
    moment = exact_json.whole(value)
    if moment is None:
        parsed = _iso(value) if isinstance(value, str) else None
        if parsed is None or parsed.tzinfo is None:
            expected = "must be epoch milliseconds (integer) or ISO 8601 with an offset"
            faults.append(Fault(path, expected))
            return 0
        moment = to_ms(parsed)
    if not 0 <= moment <= MAX_TIMESTAMP:
        faults.append(Fault(path, "must lie between the years 1970 and 2286"))
        return 0
    return moment


def past_timestamp_of(value: Any, path: str, now: int, faults: list[Fault]) -> int:
    """A timestamp that is not more than 10 minutes ahead of the clock; or 0 with a fault."""
    moment = timestamp_of(value, path, faults)
    if moment > now + MAX_AHEAD_MS:
        faults.append(Fault(path, "is more than 10 minutes ahead of the clock"))
        return 0
    return moment


def text_fault(value: str, longest: int) -> str | None:
    """What is wrong with a text, if anything."""
    if len(value) > longest:
        return f"is longer than {longest} characters"
    if _UNPRINTABLE.search(value):
        return "holds control characters or broken Unicode"
    return None


def refuse_unknown(
    given: Mapping[str, Any], known: set[str], path: str, faults: list[Fault]
) -> None:
    """Add a fault for every field that is not part of the contract."""
    faults.extend(
        Fault(f"{path}{name}", "is not a known field") for name in given if name not in known
    )


def _iso(text: str) -> datetime | None:
    try:
        return datetime.fromisoformat(text)
    except ValueError:
        return None
