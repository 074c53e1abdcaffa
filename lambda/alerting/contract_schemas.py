"""The schemas that rules and alerts are described with."""

from collections.abc import Mapping

from alerting.alerts.model import STATUSES
from alerting.requests import SilenceRule, ThresholdRule
from alerting.rules.definition import ORDERING_OPERATORS
from edge.schemas import Schema, object_schema, schema_ref

_EPOCH = schema_ref("EpochMilliseconds")
ID: Schema = {"type": "string", "description": "Opaque."}
_THRESHOLD, _SILENCE = ThresholdRule.members(), SilenceRule.members()
# What the comparison with an ordering operator has, and no other may have.
_ORDERING: Schema = {
    "if": {"properties": {"operator": {"enum": list(ORDERING_OPERATORS)}}},
    "then": {"properties": {"threshold": schema_ref("Number")}},
    "else": {"properties": {"clear_threshold": False}},
}
_KEPT = {"rule_id": ID}
_TIMES = {"created_at": _EPOCH, "updated_at": _EPOCH}
_ALERT = {
    "alert_id": ID,
    "rule_id": ID,
    "device_id": schema_ref("DeviceId"),
    "severity": _SILENCE["severity"],
    "status": {"type": "string", "enum": list(STATUSES)},
    "fired_at": {
        **_EPOCH,
        "description": "When the reading that fired it was taken, or when the silence reached its "
        "limit.",
    },
}
_ALERT_OPTIONS = {
    "rule_name": _SILENCE["name"],
    "resolved_at": {
        **_EPOCH,
        "description": "When the reading that ended it was taken. A reading that comes late may "
        "move it, and may let an alert go on that had ended.",
    },
    "contradicted_at": {
        **_EPOCH,
        "description": "There only if a reading that came late showed that the alert should not "
        "have fired: when that reading was taken. The alert ended at it, so `resolved_at` is the "
        "same moment, before `fired_at`.",
    },
}


def _rule(members: Mapping[str, Schema], *optional: str) -> Schema:
    always = {name: schema for name, schema in members.items() if name not in optional}
    return object_schema({**_KEPT, **always, **_TIMES}, {name: members[name] for name in optional})


SCHEMAS: dict[str, Schema] = {
    "NewThresholdRule": ThresholdRule.schema(
        description="Fires when a metric passes a threshold.", **_ORDERING
    ),
    "NewSilenceRule": SilenceRule.schema(
        description="Fires when a device has been silent; with a metric, silent about it."
    ),
    "NewRule": {"oneOf": [schema_ref("NewThresholdRule"), schema_ref("NewSilenceRule")]},
    "ThresholdRule": _rule(_THRESHOLD, "clear_threshold", "name", "description"),
    "SilenceRule": _rule(_SILENCE, "metric", "name", "description"),
    "Rule": {"oneOf": [schema_ref("ThresholdRule"), schema_ref("SilenceRule")]},
    "ThresholdAlert": object_schema(
        {
            **_ALERT,
            **{name: _THRESHOLD[name] for name in ("metric", "operator", "threshold")},
            "actual_value": schema_ref("Metric"),
        },
        _ALERT_OPTIONS,
    ),
    "SilenceAlert": object_schema(
        {**_ALERT, "no_data": _SILENCE["no_data"]},
        {
            "metric": _SILENCE["metric"],
            "last_reading_at": {**_EPOCH, "description": "Absent if the device never spoke."},
            **_ALERT_OPTIONS,
        },
    ),
    "Alert": {"oneOf": [schema_ref("ThresholdAlert"), schema_ref("SilenceAlert")]},
}
