"""The schemas that readings and events are described with."""

from edge.schemas import Schema, object_schema, schema_ref, text_schema, whole_pattern
from readings import metrics
from readings.metrics import DERIVED_METRICS, RESERVED_NAMES
from telemetry.segmenting import MAX_METRICS, MAX_READING_BYTES

DEVICE_ID = schema_ref("DeviceId")
MOMENT = schema_ref("Moment")
EPOCH = schema_ref("EpochMilliseconds")
METRIC = schema_ref("Metric")
METRIC_NAME = schema_ref("MetricName")
REQUEST_ID: Schema = {"type": "string", "description": "The id of the request that brought it."}

_PROCESSED_MEMBERS: dict[str, Schema] = {
    "device_id": DEVICE_ID,
    "event_date": {"type": "string", "format": "date", "description": "The reading's UTC day."},
    "timestamp": EPOCH,
    "processed_at": {"type": "string", "format": "date-time"},
    "status": {"const": "processed"},
}
SCHEMAS: dict[str, Schema] = {
    "Metric": {
        "anyOf": [schema_ref("Number"), {"type": "boolean"}, text_schema(metrics.MAX_TEXT)],
        "description": "The value of a metric.",
    },
    "MetricName": {
        "type": "string",
        "pattern": whole_pattern(metrics.METRIC_NAME.pattern),
        "not": {"enum": sorted(RESERVED_NAMES)},
    },
    "SensorData": {
        "type": "object",
        "minProperties": 1,
        "maxProperties": MAX_METRICS,
        "propertyNames": METRIC_NAME,
        "additionalProperties": METRIC,
        "description": f"Metrics by name; at most {MAX_READING_BYTES} bytes as ASCII JSON.",
    },
    "Reading": object_schema(
        {"device_id": DEVICE_ID, "sensor_data": schema_ref("SensorData")},
        {"timestamp": schema_ref("PastMoment")},
        description="One device's metrics at one moment; by default the time of arrival.",
    ),
    "Event": object_schema(
        {
            "device_id": DEVICE_ID,
            "type": METRIC_NAME,
            "value": METRIC,
            "ts": schema_ref("PastMoment"),
        },
        description="A reading with one metric.",
    ),
    "ProcessedItem": {
        "type": "object",
        "required": list(_PROCESSED_MEMBERS),
        "properties": {
            **_PROCESSED_MEMBERS,
            **{name: schema_ref("Number") for name in sorted(DERIVED_METRICS)},
        },
        "additionalProperties": METRIC,
        "description": "A processed reading: flat, with every metric that was sent, and its "
        "temperature (`temperature`, else `temp`, in °C) on both scales.",
    },
    "RawItem": object_schema(
        {
            "device_id": DEVICE_ID,
            "timestamp": EPOCH,
            "sensor_data": schema_ref("SensorData"),
            "received_at": EPOCH,
            "source": {"enum": ["ingest", "events"]},
        },
        description="A reading as it was sent.",
    ),
    "FoundEvent": object_schema(
        {
            "type": METRIC_NAME,
            "value": METRIC,
            "ts": EPOCH,
            "ingested_at": EPOCH,
            "request_id": REQUEST_ID,
        },
        description="An event as it was kept.",
    ),
}
