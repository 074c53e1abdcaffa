"""Reading rules as callers write them."""

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from alerting.rules.definition import (
    DEFAULT_SEVERITY,
    EVERY_DEVICE,
    OPERATORS,
    ORDERING_OPERATORS,
    SEVERITIES,
    Condition,
    RuleDefinition,
    Silence,
    Threshold,
)
from kernel import exact_json
from kernel.errors import Fault, Invalid
from kernel.parsing import device_id_of, object_of, refuse_unknown, text_fault
from readings.metrics import DERIVED_METRICS, is_number, metric_name_fault, metric_of

DAY_SECONDS = 24 * 60 * 60
MAX_DURATION_SECONDS = 7 * DAY_SECONDS
MAX_COOLDOWN_SECONDS = 30 * DAY_SECONDS
MAX_SILENCE_SECONDS = 30 * DAY_SECONDS
MAX_NAME = 128
MAX_RULE_ID = 128
MAX_DESCRIPTION = 1_024

THRESHOLD_FIELDS = ("metric", "operator", "threshold", "duration", "clear_threshold")
SILENCE_FIELDS = ("no_data", "metric")
SHARED_FIELDS = ("device_id", "enabled", "name", "description", "severity", "cooldown")


def parse_rule(body: bytes) -> RuleDefinition:
    """Read the body of `POST /rules` and `PUT /rules/{rule_id}`.

    Raises Malformed, or Invalid with every fault.
    """
    document = object_of(body)
    faults: list[Fault] = []
    silent = "no_data" in document
    fields = SILENCE_FIELDS if silent else THRESHOLD_FIELDS
    for name in THRESHOLD_FIELDS if silent else ():
        if name in document and name not in fields:
            faults.append(Fault(name, "cannot be combined with no_data"))
    refuse_unknown(document, {*SHARED_FIELDS, *THRESHOLD_FIELDS, *SILENCE_FIELDS}, "", faults)
    device_id = _device_of(document, faults)
    condition = _silence_of(document, faults) if silent else _threshold_of(document, faults)
    enabled = document.get("enabled", True)
    if not isinstance(enabled, bool):
        faults.append(Fault("enabled", "must be true or false"))
    severity = document.get("severity", DEFAULT_SEVERITY)
    if severity not in SEVERITIES:
        faults.append(Fault("severity", f"must be {' or '.join(SEVERITIES)}"))
    cooldown = _seconds_of(document, "cooldown", 0, MAX_COOLDOWN_SECONDS, faults)
    title = _text_of(document, "name", MAX_NAME, faults)
    description = _text_of(document, "description", MAX_DESCRIPTION, faults)
    if faults or condition is None:
        raise Invalid(faults)
    return RuleDefinition(device_id, condition, severity, cooldown, enabled, title, description)


def _device_of(document: Mapping[str, Any], faults: list[Fault]) -> str:
    given = document.get("device_id")
    if given == EVERY_DEVICE:
        return EVERY_DEVICE
    if "device_id" not in document:
        faults.append(Fault("device_id", "is required"))
        return ""
    return device_id_of(given, "device_id", faults)


def _threshold_of(document: Mapping[str, Any], faults: list[Fault]) -> Condition | None:
    before = len(faults)
    required = ("metric", "operator", "threshold")
    faults.extend(Fault(name, "is required") for name in required if name not in document)
    metric = _metric_name_of(document, faults)
    operator = document.get("operator")
    if "operator" in document and operator not in OPERATORS:
        faults.append(Fault("operator", f"must be one of {' '.join(OPERATORS)}"))
    ordered = operator in ORDERING_OPERATORS
    given = document.get("threshold", 0)
    if ordered and not is_number(given):
        faults.append(Fault("threshold", f"must be a number with the operator {operator}"))
        given = 0
    threshold = metric_of(given, "threshold", faults)
    clear = _clear_threshold_of(document, ordered=ordered, faults=faults)
    duration = _seconds_of(document, "duration", 0, MAX_DURATION_SECONDS, faults)
    if len(faults) > before or metric is None:
        return None
    condition = Threshold(metric, str(operator), threshold, duration, clear)
    if condition.clears_too_early:
        side = "greater" if condition.operator.startswith(">") else "less"
        faults.append(Fault("clear_threshold", f"must not be {side} than threshold"))
    return condition


def _clear_threshold_of(
    document: Mapping[str, Any], *, ordered: bool, faults: list[Fault]
) -> Decimal | None:
    if "clear_threshold" not in document:
        return None
    given = document["clear_threshold"]
    if ordered and is_number(given):
        clear = metric_of(given, "clear_threshold", faults)
        return clear if isinstance(clear, Decimal) else None
    reason = f"must be a number, and goes with {' '.join(ORDERING_OPERATORS)} only"
    faults.append(Fault("clear_threshold", reason))
    return None


def _silence_of(document: Mapping[str, Any], faults: list[Fault]) -> Condition:
    seconds = _seconds_of(document, "no_data", 1, MAX_SILENCE_SECONDS, faults)
    return Silence(seconds, _metric_name_of(document, faults))


def _metric_name_of(document: Mapping[str, Any], faults: list[Fault]) -> str | None:
    if "metric" not in document:
        return None
    given = document["metric"]
    name = given if isinstance(given, str) else ""
    # What processing derives can be watched as well as what was sent.
    if name not in DERIVED_METRICS and (fault := metric_name_fault(name)):
        faults.append(Fault("metric", fault))
    return name


def _seconds_of(
    document: Mapping[str, Any], name: str, least: int, most: int, faults: list[Fault]
) -> int:
    seconds = exact_json.whole(document.get(name, least))
    if seconds is not None and least <= seconds <= most:
        return seconds
    faults.append(Fault(name, f"must be a whole number of seconds from {least} to {most}"))
    return least


def _text_of(
    document: Mapping[str, Any], name: str, longest: int, faults: list[Fault]
) -> str | None:
    if name not in document:
        return None
    value = document[name]
    if not isinstance(value, str) or not value:
        faults.append(Fault(name, f"must be a text of 1 to {longest} characters"))
        return None
    if fault := text_fault(value, longest):
        faults.append(Fault(name, fault))
    return value
