"""Metrics: what they may be named, what they may be, and which ones processing adds."""

import re
from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from kernel import exact_json
from kernel.errors import Fault
from kernel.parsing import NUMBERS, text_fault

Metric = Decimal | bool | str
Metrics = Mapping[str, Metric]

MAX_TEXT = 1_024

METRIC_NAME = re.compile(r"[A-Za-z][A-Za-z0-9_]{0,63}")
# Metrics that processing adds; they are not part of what makes a reading the reading it is.
DERIVED_METRICS = frozenset({"temperature_celsius", "temperature_fahrenheit"})
# Names that an item uses itself, so no metric may have them.
RESERVED_NAMES = DERIVED_METRICS | {
    "device_date",
    "device_id",
    "event_date",
    "expires_at",
    "processed_at",
    "received_at",
    "request_id",
    "segment",
    "sensor_data",
    "source",
    "status",
    "timestamp",
}


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


def to_metric(value: Any) -> Metric:
    """A metric read by `exact_json`, its number canonical.

    Raises ArithmeticError for a number that cannot be stored and TypeError for what is no metric.
    """
    if type(value) is int or type(value) is Decimal:
        return exact_json.canonical(value)
    if isinstance(value, (bool, str)):
        return value
    raise TypeError(f"a metric cannot be of type {type(value).__name__}")
