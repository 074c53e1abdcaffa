"""The requests about rules and alerts, each declared once."""

from decimal import Decimal
from typing import Any

from marshmallow import ValidationError, post_load, validates_schema

from alerting.alerts.model import STATUSES
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
from edge import fields
from edge.declared import Body, Member, OpenSpan, Parameters, Said
from edge.schemas import Schema, schema_ref
from kernel.errors import Fault
from kernel.parsing import device_id_of, object_of
from readings.metrics import DERIVED_METRICS, Metric, is_number, metric_name_fault, metric_of

DAY_SECONDS = 24 * 60 * 60
MAX_DURATION_SECONDS = 7 * DAY_SECONDS
MAX_COOLDOWN_SECONDS = 30 * DAY_SECONDS
MAX_SILENCE_SECONDS = 30 * DAY_SECONDS
MAX_NAME = 128
MAX_RULE_ID = 128
MAX_DESCRIPTION = 1_024

_METRIC_NAME: Schema = {
    "anyOf": [schema_ref("MetricName"), {"enum": sorted(DERIVED_METRICS)}],
    "description": "A metric as it is sent, or one that processing adds.",
}
_DEVICES: Schema = {
    "anyOf": [schema_ref("DeviceId"), {"const": EVERY_DEVICE}],
    "description": f"A device, or `{EVERY_DEVICE}` for every device.",
}
_CONDITION = ("metric", "operator", "threshold", "duration", "clear_threshold")
_SETTINGS = ("severity", "cooldown", "enabled", "name", "description")
_ORDERING = " ".join(ORDERING_OPERATORS)
_CLEARING = f"must be a number, and goes with {_ORDERING} only"


def _devices_of(value: Any, path: str, faults: list[Fault]) -> str:
    return EVERY_DEVICE if value == EVERY_DEVICE else device_id_of(value, path, faults)


def _metric_name_of(value: Any, path: str, faults: list[Fault]) -> str:
    name = value if isinstance(value, str) else ""
    # What processing derives can be watched as well as what was sent.
    if name not in DERIVED_METRICS and (fault := metric_name_fault(name)):
        faults.append(Fault(path, fault))
    return name


def _clear_threshold_of(value: Any, path: str, faults: list[Fault]) -> Metric:
    if is_number(value):
        return metric_of(value, path, faults)
    faults.append(Fault(path, _CLEARING))
    return False


class _Rule(Body):
    """What rules of every kind say."""

    device_id = Member(_devices_of, _DEVICES, required=True)
    cooldown = fields.seconds(
        0, MAX_COOLDOWN_SECONDS, "Seconds from one alert to the next, at least.", default=0
    )
    severity = fields.choice(SEVERITIES, default=DEFAULT_SEVERITY)
    enabled = fields.flag(default=True)
    name = fields.text(MAX_NAME)
    description = fields.text(MAX_DESCRIPTION)


class ThresholdRule(_Rule):
    """A rule that fires when a metric passes a threshold."""

    metric = Member(_metric_name_of, _METRIC_NAME, required=True)
    operator = Member(
        fields.fitting(lambda value: value in OPERATORS, f"one of {' '.join(OPERATORS)}"),
        {"type": "string", "enum": list(OPERATORS)},
        required=True,
    )
    threshold = Member(
        metric_of,
        schema_ref("Metric"),
        f"What the metric is compared with; a number with {_ORDERING}.",
        required=True,
    )
    duration = fields.seconds(
        0, MAX_DURATION_SECONDS, "Seconds that the condition must hold before it fires.", default=0
    )
    clear_threshold = Member(
        _clear_threshold_of,
        schema_ref("Number"),
        "Where an open alert ends, if not at the threshold; not beyond it.",
    )

    @post_load
    def _definition(self, said: Said, **_: Any) -> RuleDefinition:
        return _definition_of(said, Threshold(*(said[name] for name in _CONDITION)))

    @validates_schema(skip_on_field_errors=False)
    def _fits_the_operator(self, said: Said, **_: Any) -> None:
        operator, threshold = said.get("operator"), said.get("threshold")
        clear = said.get("clear_threshold")
        if operator not in ORDERING_OPERATORS:
            if clear is not None:
                raise ValidationError(_CLEARING, "clear_threshold")
        elif isinstance(threshold, bool | str):
            raise ValidationError(f"must be a number with the operator {operator}", "threshold")
        elif (
            isinstance(threshold, Decimal)
            and Threshold("", operator, threshold, clear_threshold=clear).clears_too_early
        ):
            side = "greater" if operator.startswith(">") else "less"
            raise ValidationError(f"must not be {side} than threshold", "clear_threshold")


class SilenceRule(_Rule):
    """A rule that fires when a device has been silent."""

    no_data = fields.seconds(
        1, MAX_SILENCE_SECONDS, "Seconds of silence before it fires.", required=True
    )
    metric = Member(_metric_name_of, _METRIC_NAME)

    def refused(self, name: str) -> str:
        """A rule watches either for silence or for a threshold."""
        return "cannot be combined with no_data" if name in _CONDITION else super().refused(name)

    @post_load
    def _definition(self, said: Said, **_: Any) -> RuleDefinition:
        return _definition_of(said, Silence(said["no_data"], said["metric"]))


class RuleParameters(Parameters):
    """The parameters of `GET /rules`."""

    device_id = Member(_devices_of, _DEVICES, "Only rules made for exactly this.")
    limit = fields.limit()
    next_token = fields.next_token()


class AlertParameters(OpenSpan, Parameters):
    """The parameters of `GET /alerts`."""

    device_id = fields.device_id("Only alerts of this device.")
    rule_id = fields.text(MAX_RULE_ID, "Only alerts of this rule.")
    status = fields.choice(STATUSES, "Only open or only ended alerts.")
    start = fields.asked_moment("The first moment of firing.")
    end = fields.asked_moment("The moment before which they fired.")
    limit = fields.limit()
    next_token = fields.next_token()


def parse_rule(body: bytes) -> RuleDefinition:
    """Read the body of `POST /rules` and `PUT /rules/{rule_id}`.

    Raises Malformed, or Invalid with every fault.
    """
    document = object_of(body)
    declared = SilenceRule if "no_data" in document else ThresholdRule
    definition: RuleDefinition = declared().load(document)
    return definition


def _definition_of(said: Said, condition: Condition) -> RuleDefinition:
    return RuleDefinition(said["device_id"], condition, *(said[name] for name in _SETTINGS))
