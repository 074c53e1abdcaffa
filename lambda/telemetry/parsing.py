"""Reading what telemetry requests have in common: metrics and spans."""

import re
from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from kernel import exact_json
from kernel.clock import DAY_MS
from kernel.errors import Fault
from kernel.parsing import NUMBERS, text_fault
from telemetry.model import MAX_METRICS, RESERVED_NAMES, Metric

MAX_TEXT = 1_024
MAX_SPAN_MS = 31 * DAY_MS

METRIC_NAME = re.compile(r"[A-Za-z][A-Za-z0-9_]{0,63}")


def metrics_of(value: Any, path: str, faults: list[Fault]) -> dict[str, Metric]:
    """Metrics by name; what cannot be kept becomes a fault."""
    if not isinstance(value, Mapping) or not 1 <= len(value) <= MAX_METRICS:
        faults.append(Fault(path, f"must be an object of 1 to {MAX_METRICS} metrics"))
        return {}
    metrics: dict[str, Metric] = {}
    for name, given in value.items():
        if fault := metric_name_fault(name):
            faults.append(Fault(f"{path}.{name}", fault))
        else:
            metrics[name] = metric_of(given, f"{path}.{name}", faults)
    return metrics


def metric_name_fault(name: str) -> str | None:
    """What is wrong with a metric's name, if anything."""
    if not METRIC_NAME.fullmatch(name):
        return "must be named [A-Za-z][A-Za-z0-9_]{0,63}"
    if name in RESERVED_NAMES:
        return "is a name that items use themselves"
    return None


def is_number(value: Any) -> bool:
    """Whether a value that `exact_json` has read is a number."""
    kind = type(value)
    return kind is Decimal or kind is int


def metric_of(value: Any, path: str, faults: list[Fault]) -> Metric:
    """A metric's value, its number canonical; or False with a fault."""
    if is_number(value):
        try:
            return exact_json.canonical(value)
        except ArithmeticError:
            faults.append(Fault(path, f"must be {NUMBERS}"))
            return False
    if isinstance(value, bool):
        return value
    if isinstance(value, str):
        if fault := text_fault(value, MAX_TEXT):
            faults.append(Fault(path, fault))
        return value
    faults.append(Fault(path, "must be a number, a boolean or a text"))
    return False


def span_faults(start: int, end: int, faults: list[Fault]) -> None:
    """Add what is wrong with a span from `start` up to, but not including, `end`."""
    if end <= start:
        faults.append(Fault("end", "must be later than start"))
    elif end - start > MAX_SPAN_MS:
        faults.append(Fault("end", "must be at most 31 days after start"))
