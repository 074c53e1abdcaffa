"""The API's description of device states and their statistics."""

from edge.contract import EXAMPLE_MOMENT, READERS, WRITERS, ApiPart, Endpoint, Exchange
from edge.schemas import Schema, list_schema, object_schema, schema_ref, whole_pattern
from kernel.parsing import DAY
from states.parsing import MAX_STATES, MAX_WORD
from states.requests import DayParameters, StatsParameters
from states.stats_http import NEXT_PAGE

_WORD = schema_ref("Word")
_DAY = schema_ref("Day")
_RAW_KEY = "raw/2025-11-21/2025-11-21_2025-11-21/5f1f0e6a6c7d4b0f8a9e3c2d1b0a9f8e.json"
_ERASED = {"type": "laptop", "state": "erased", "timestamp": EXAMPLE_MOMENT}
_FAILED = {"type": "phone", "state": "erasure failed", "timestamp": EXAMPLE_MOMENT}
_COUNTED = [
    {"date": "2025-11-21", "type": "laptop", "state": "erased", "count": 1},
    {"date": "2025-11-21", "type": "phone", "state": "erasure failed", "count": 1},
]
_TALLY: Schema = {"type": "integer", "minimum": 1}

# The unprintable characters that a pattern can name: those that no surrogates are needed for.
_UNPRINTABLE = (
    r"\u0000-\u001f\u007f-\u00a0\u00ad\u0600-\u0605\u061c\u06dd\u070f\u0890\u0891\u08e2\u1680\u180e"
    r"\u2000-\u200f\u2028-\u202f\u205f-\u206f\u3000\ue000-\uf8ff\ufeff\ufff9-\ufffb"
)

_SCHEMAS: dict[str, Schema] = {
    "Word": {
        "type": "string",
        "minLength": 1,
        "maxLength": MAX_WORD,
        "pattern": f"^[^#{_UNPRINTABLE}]*$",
        "description": "No #, and printable: no character of Unicode's categories Other (C) and "
        "Separator (Z) but the space.",
    },
    "Day": {"type": "string", "format": "date", "pattern": whole_pattern(DAY.pattern)},
    "DeviceState": object_schema(
        {"type": _WORD, "state": _WORD, "timestamp": schema_ref("PastMoment")}
    ),
    "StateCount": object_schema({"date": _DAY, "type": _WORD, "state": _WORD, "count": _TALLY}),
}

_INGEST = Endpoint(
    "POST /ingest",
    "telemetry.ingest",
    WRITERS,
    "ingestReadings",
    "Send readings or device states",
    200,
    "They are kept durably and will be processed or counted within moments.",
    description="Device states are kept as they were sent and counted by day, type and state, "
    "every one exactly once: the same body sent again counts nothing.",
    idempotent_by_key=True,
    body=object_schema(
        {"processed_devices": list_schema(schema_ref("DeviceState"), most=MAX_STATES)}
    ),
    answer=object_schema(
        {
            "status": {"const": "accepted"},
            "raw_key": {"type": "string", "description": "Where the body is kept as it was sent."},
            "enqueued": {"type": "integer", "minimum": 1, "maximum": MAX_STATES},
        }
    ),
    exchanges=[
        Exchange(
            "states",
            "Device states",
            body={"processed_devices": [_ERASED, _FAILED]},
            answer={"status": "accepted", "raw_key": _RAW_KEY, "enqueued": 2},
        )
    ],
)

STATES = ApiPart(
    "Device states",
    "What happened to devices, counted by day, type and state.",
    (
        _INGEST,
        Endpoint(
            "GET /stats",
            "states.stats",
            READERS,
            "getStats",
            "Get a day's counts",
            200,
            "The counts, in order of type and state.",
            parameters=StatsParameters.described(),
            headers={NEXT_PAGE: {"schema": schema_ref("NextToken")}},
            answer={"type": "array", "items": schema_ref("StateCount")},
            exchanges=[
                Exchange("day", "A day", query={"date": "2025-11-21"}, answer=_COUNTED),
            ],
        ),
        Endpoint(
            "GET /stats-html",
            "states.stats",
            READERS,
            "getStatsPage",
            "Get a day's counts as a page",
            200,
            "The page; it works without scripts.",
            parameters=DayParameters.described(),
            media_type="text/html",
            answer={"type": "string"},
            exchanges=[
                Exchange("page", "A page", query={"date": "2025-11-21"}, answer="<!doctype html>…"),
            ],
        ),
    ),
    _SCHEMAS,
)
