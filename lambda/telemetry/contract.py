"""The API's description of readings and events."""

from typing import Any

from edge.contract import (
    EXAMPLE_MOMENT,
    EXAMPLE_REQUEST_ID,
    OPERATORS,
    READERS,
    WRITERS,
    ApiPart,
    Endpoint,
    Exchange,
)
from edge.schemas import Schema, list_schema, object_schema, page_schema, path_parameter, schema_ref
from kernel.clock import DAY_MS, day_of, iso_of
from telemetry.contract_schemas import DEVICE_ID, EPOCH, REQUEST_ID, SCHEMAS
from telemetry.events_http import MAX_EVENTS
from telemetry.http import MAX_READINGS
from telemetry.requests import MAX_SPAN_MS, EventParameters, QueryParameters, ReprocessBody

_MOST_DAYS = MAX_SPAN_MS // DAY_MS


def _accepted(message: str, most: int, **beside: Schema) -> Schema:
    count: Schema = {"type": "integer", "minimum": 1, "maximum": most}
    return object_schema({"message": {"const": message}, "accepted": count, **beside})


def _one_or_many(one: str, many: str, most: int) -> Schema:
    rows = object_schema({many: list_schema(schema_ref(one), most=most)})
    return {"oneOf": [schema_ref(one), rows]}


_INGESTED, _EVENT_ACCEPTED = "Data ingested successfully", "Event accepted"

_READING: dict[str, Any] = {
    "device_id": "device-123",
    "sensor_data": {"temperature": 25.5, "humidity": 60},
    "timestamp": EXAMPLE_MOMENT,
}
_DOOR = {"device_id": "door:7", "sensor_data": {"open": True}, "timestamp": EXAMPLE_MOMENT}
_EVENT = {"device_id": "D1", "type": "temperature", "value": 61.2, "ts": EXAMPLE_MOMENT}
_DOOR_EVENT = {"device_id": "door:7", "type": "open", "value": True, "ts": EXAMPLE_MOMENT}

_INGEST = Endpoint(
    "POST /ingest",
    "telemetry.ingest",
    WRITERS,
    "ingestReadings",
    "Send readings",
    200,
    "The readings are kept durably and will be processed within moments.",
    description="One reading, or many of any devices: all are taken, or none. A reading that is "
    "sent again with its timestamp is kept once.",
    idempotent_by_key=True,
    body=_one_or_many("Reading", "readings", MAX_READINGS),
    answer={
        "oneOf": [
            object_schema(
                {"message": {"const": _INGESTED}, "device_id": DEVICE_ID, "timestamp": EPOCH}
            ),
            _accepted(_INGESTED, MAX_READINGS, submission_id=REQUEST_ID),
        ]
    },
    exchanges=[
        Exchange(
            "one",
            "One reading",
            body=_READING,
            answer={
                "message": _INGESTED,
                "device_id": "device-123",
                "timestamp": EXAMPLE_MOMENT,
            },
        ),
        Exchange(
            "many",
            "Readings of several devices",
            body={"readings": [_READING, _DOOR]},
            answer={"message": _INGESTED, "accepted": 2, "submission_id": EXAMPLE_REQUEST_ID},
        ),
    ],
)
_EVENTS = Endpoint(
    "POST /events",
    "telemetry.ingest",
    WRITERS,
    "sendEvents",
    "Send events",
    202,
    "The events are kept durably; rules are evaluated within moments.",
    description="One event, or many: all are taken, or none. An event is a reading with one "
    "metric and shows in queries too; the same event twice is kept once.",
    idempotent_by_key=True,
    body=_one_or_many("Event", "events", MAX_EVENTS),
    answer={
        "oneOf": [
            object_schema(
                {
                    "message": {"const": _EVENT_ACCEPTED},
                    "request_id": REQUEST_ID,
                    "device_id": DEVICE_ID,
                    "ts": EPOCH,
                }
            ),
            _accepted(_EVENT_ACCEPTED, MAX_EVENTS, request_id=REQUEST_ID),
        ]
    },
    exchanges=[
        Exchange(
            "one",
            "One event",
            body=_EVENT,
            answer={
                "message": _EVENT_ACCEPTED,
                "request_id": EXAMPLE_REQUEST_ID,
                "device_id": "D1",
                "ts": EXAMPLE_MOMENT,
            },
        ),
        Exchange(
            "many",
            "Several events",
            body={"events": [_EVENT, _DOOR_EVENT]},
            answer={"message": _EVENT_ACCEPTED, "request_id": EXAMPLE_REQUEST_ID, "accepted": 2},
        ),
    ],
)
_DEVICE_EVENTS = Endpoint(
    "GET /devices/{device_id}/events",
    "telemetry.query",
    READERS,
    "listDeviceEvents",
    "List a device's events",
    200,
    "A page of events; none for an unknown device.",
    parameters=[
        path_parameter("device_id", DEVICE_ID, "D1"),
        *EventParameters.described(),
    ],
    answer=page_schema("events", schema_ref("FoundEvent"), device_id=DEVICE_ID),
    exchanges=[
        Exchange(
            "events",
            "The events of one type",
            query={"type": "temperature"},
            answer={
                "device_id": "D1",
                "count": 1,
                "events": [
                    {
                        "type": "temperature",
                        "value": 61.2,
                        "ts": EXAMPLE_MOMENT,
                        "ingested_at": EXAMPLE_MOMENT,
                        "request_id": EXAMPLE_REQUEST_ID,
                    }
                ],
            },
        )
    ],
)
_QUERY = Endpoint(
    "GET /query",
    "telemetry.query",
    READERS,
    "queryReadings",
    "Query a device's readings",
    200,
    "A page of readings in order of time, each once; none for an unknown device.",
    description="Of a UTC day (`event_date`), or of a span (`start` and `end` together, at most "
    f"{_MOST_DAYS} days); of today where neither is given.",
    parameters=QueryParameters.described(),
    answer=page_schema("items", {"oneOf": [schema_ref("ProcessedItem"), schema_ref("RawItem")]}),
    exchanges=[
        Exchange(
            "processed",
            "Processed readings of a day",
            query={"device_id": "device-123", "event_date": day_of(EXAMPLE_MOMENT)},
            answer={
                "count": 1,
                "items": [
                    {
                        "device_id": "device-123",
                        "event_date": day_of(EXAMPLE_MOMENT),
                        "timestamp": EXAMPLE_MOMENT,
                        "humidity": 60,
                        "temperature": 25.5,
                        "temperature_celsius": 25.5,
                        "temperature_fahrenheit": 77.9,
                        "processed_at": iso_of(EXAMPLE_MOMENT),
                        "status": "processed",
                    }
                ],
            },
        ),
        Exchange(
            "raw",
            "Readings of a day as they were sent",
            query={
                "device_id": "device-123",
                "event_date": day_of(EXAMPLE_MOMENT),
                "table": "raw",
            },
            answer={
                "count": 1,
                "items": [{**_READING, "received_at": EXAMPLE_MOMENT, "source": "ingest"}],
            },
        ),
    ],
)
_PROCESS = Endpoint(
    "POST /process",
    "telemetry.reprocess",
    OPERATORS,
    "processAgain",
    "Process raw readings again",
    202,
    "The readings of the span are enqueued; `next_start` is where the next call goes on if the "
    "span takes longer than one call may.",
    description="What lies raw is processed again. Safe to repeat; never alerts twice.",
    idempotent_by_key=True,
    body=ReprocessBody.schema(
        description=f"Readings from `start` up to, but not including, `end`: at most {_MOST_DAYS} "
        "days."
    ),
    answer=object_schema(
        {
            "message": {"enum": ["Processing started", "Dry run: nothing enqueued"]},
            "device_id": DEVICE_ID,
            "enqueued": {"type": "integer", "minimum": 0},
        },
        {"next_start": EPOCH},
    ),
    exchanges=[
        Exchange(
            "span",
            "The readings of an hour",
            body={
                "device_id": "device-123",
                "start": EXAMPLE_MOMENT,
                "end": EXAMPLE_MOMENT + 3_600_000,
            },
            answer={"message": "Processing started", "device_id": "device-123", "enqueued": 1},
        )
    ],
)

READINGS = ApiPart(
    "Readings",
    "What devices measured: sent, kept as sent, processed and queried.",
    (_INGEST, _QUERY, _PROCESS),
    SCHEMAS,
)
EVENTS = ApiPart("Events", "Readings with one metric, one by one.", (_EVENTS, _DEVICE_EVENTS))
