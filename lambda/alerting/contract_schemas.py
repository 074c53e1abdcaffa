"""The schemas that rules and alerts are described with."""

from alerting.alerts.model import STATUSES
from alerting.rules.definition import (
    DEFAULT_SEVERITY,
    EVERY_DEVICE,
    OPERATORS,
    ORDERING_OPERATORS,
    SEVERITIES,
)
from alerting.rules.parsing import (
    MAX_COOLDOWN_SECONDS,
    MAX_DESCRIPTION,
    MAX_DURATION_SECONDS,
    MAX_NAME,
    MAX_RULE_ID,
    MAX_SILENCE_SECONDS,
)
from edge.schemas import Schema, object_schema, schema_ref, text_schema
from readings.metrics import DERIVED_METRICS

DEVICE_ID = schema_ref("DeviceId")
_EPOCH = schema_ref("EpochMilliseconds")
ID: Schema = {"type": "string", "description": "Opaque."}
RULE_ID = text_schema(MAX_RULE_ID, shortest=1)


def _seconds(least: int, most: int, description: str, **more: int) -> Schema:
    limits = {"type": "integer", "minimum": least, "maximum": most}
    return {**limits, **more, "description": description}


DEVICES: Schema = {
    "anyOf": [DEVICE_ID, {"const": EVERY_DEVICE}],
    "description": f"A device, or `{EVERY_DEVICE}` for every device.",
}
_METRIC_NAME: Schema = {
    "anyOf": [schema_ref("MetricName"), {"enum": sorted(DERIVED_METRICS)}],
    "description": "A metric as it is sent, or one that processing adds.",
}
_THRESHOLD = {
    "metric": _METRIC_NAME,
    "operator": {"type": "string", "enum": list(OPERATORS)},
    "threshold": {
        **schema_ref("Metric"),
        "description": f"What the metric is compared with; a number with "
        f"{' '.join(ORDERING_OPERATORS)}.",
    },
}
_DURATION = _seconds(
    0, MAX_DURATION_SECONDS, "Seconds that the condition must hold before it fires.", default=0
)
_CLEAR_THRESHOLD = {
    **schema_ref("Number"),
    "description": "Where an open alert ends, if not at the threshold; not beyond it.",
}
_SILENCE = {"no_data": _seconds(1, MAX_SILENCE_SECONDS, "Seconds of silence before it fires.")}
_SETTINGS: dict[str, Schema] = {
    "cooldown": _seconds(
        0, MAX_COOLDOWN_SECONDS, "Seconds from one alert to the next, at least.", default=0
    ),
    "severity": {"type": "string", "enum": list(SEVERITIES), "default": DEFAULT_SEVERITY},
    "enabled": {"type": "boolean", "default": True},
}
_TEXTS = {
    "name": text_schema(MAX_NAME, shortest=1),
    "description": text_schema(MAX_DESCRIPTION, shortest=1),
}
# What the comparison with an ordering operator has, and no other may have.
_ORDERING: Schema = {
    "if": {"properties": {"operator": {"enum": list(ORDERING_OPERATORS)}}},
    "then": {"properties": {"threshold": schema_ref("Number")}},
    "else": {"properties": {"clear_threshold": False}},
}
_KEPT = {"rule_id": ID}
STATUS: Schema = {"type": "string", "enum": list(STATUSES)}
_TIMES = {"created_at": _EPOCH, "updated_at": _EPOCH}
_ALERT = {
    "alert_id": ID,
    "rule_id": ID,
    "device_id": DEVICE_ID,
    "severity": _SETTINGS["severity"],
    "status": STATUS,
    "fired_at": {
        **_EPOCH,
        "description": "When the reading that fired it was taken, or when the silence reached its "
        "limit.",
    },
}
_ALERT_OPTIONS = {
    "rule_name": _TEXTS["name"],
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

SCHEMAS: dict[str, Schema] = {
    "NewThresholdRule": object_schema(
        {"device_id": DEVICES, **_THRESHOLD},
        {"duration": _DURATION, "clear_threshold": _CLEAR_THRESHOLD, **_SETTINGS, **_TEXTS},
        description="Fires when a metric passes a threshold.",
        **_ORDERING,
    ),
    "NewSilenceRule": object_schema(
        {"device_id": DEVICES, **_SILENCE},
        {"metric": _METRIC_NAME, **_SETTINGS, **_TEXTS},
        description="Fires when a device has been silent; with a metric, silent about it.",
    ),
    "NewRule": {"oneOf": [schema_ref("NewThresholdRule"), schema_ref("NewSilenceRule")]},
    "ThresholdRule": object_schema(
        {
            **_KEPT,
            "device_id": DEVICES,
            **_THRESHOLD,
            "duration": _DURATION,
            **_SETTINGS,
            **_TIMES,
        },
        {"clear_threshold": _CLEAR_THRESHOLD, **_TEXTS},
    ),
    "SilenceRule": object_schema(
        {**_KEPT, "device_id": DEVICES, **_SILENCE, **_SETTINGS, **_TIMES},
        {"metric": _METRIC_NAME, **_TEXTS},
    ),
    "Rule": {"oneOf": [schema_ref("ThresholdRule"), schema_ref("SilenceRule")]},
    "ThresholdAlert": object_schema(
        {**_ALERT, **_THRESHOLD, "actual_value": schema_ref("Metric")}, _ALERT_OPTIONS
    ),
    "SilenceAlert": object_schema(
        {**_ALERT, **_SILENCE},
        {
            "metric": _METRIC_NAME,
            "last_reading_at": {**_EPOCH, "description": "Absent if the device never spoke."},
            **_ALERT_OPTIONS,
        },
    ),
    "Alert": {"oneOf": [schema_ref("ThresholdAlert"), schema_ref("SilenceAlert")]},
}
