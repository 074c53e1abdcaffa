"""The schemas that contracts share, and what others are written with.

JSON Schema 2020-12 as OpenAPI 3.1 takes it; limits come from the code that obeys them.
"""

from collections.abc import Mapping
from typing import Any

from edge.idempotency import IDEMPOTENCY_KEY
from edge.pages import MAX_LIMIT
from kernel.exact_json import LEAST_EXPONENT, MOST_EXPONENT
from kernel.parsing import DEVICE_ID, MAX_AHEAD_MS, MAX_TIMESTAMP, NUMBERS

Schema = Mapping[str, Any]

_LEAST_NUMBER = float(f"1e{LEAST_EXPONENT}")
_NUMBER_LIMIT = float(f"1e{MOST_EXPONENT + 1}")


def schema_ref(name: str) -> Schema:
    """A reference to a schema of the document."""
    return {"$ref": f"#/components/schemas/{name}"}


def parameter_ref(name: str) -> Schema:
    """A reference to a parameter of the document."""
    return {"$ref": f"#/components/parameters/{name}"}


def object_schema(
    required: Mapping[str, Schema], optional: Mapping[str, Schema] | None = None, **more: Any
) -> Schema:
    """An object with these members and no others, unless `additionalProperties` are given."""
    return {
        "type": "object",
        "required": list(required),
        "properties": {**required, **(optional or {})},
        "additionalProperties": False,
        **more,
    }


def list_schema(items: Schema, *, most: int) -> Schema:
    """A list of 1 to `most`."""
    return {"type": "array", "minItems": 1, "maxItems": most, "items": items}


def query_parameter(
    name: str,
    schema: Schema,
    description: str,
    *,
    required: bool = False,
) -> Schema:
    """A parameter that may be given once in the query."""
    return {
        "name": name,
        "in": "query",
        "required": required,
        "description": description,
        "schema": schema,
    }


def path_parameter(name: str, schema: Schema, example: str) -> Schema:
    """A part of the path."""
    return {"name": name, "in": "path", "required": True, "schema": schema, "example": example}


def whole_pattern(pattern: str) -> str:
    """A pattern that fits only a whole text, as JSON Schema needs it."""
    return f"^{pattern}$"


def text_schema(longest: int, *, shortest: int = 0, description: str = "") -> Schema:
    """A text without control characters."""
    schema: dict[str, Any] = {
        "type": "string",
        "maxLength": longest,
        "pattern": r"^[^\u0000-\u001f\u007f-\u009f]*$",
    }
    if shortest:
        schema["minLength"] = shortest
    return {**schema, "description": description} if description else schema


IDEMPOTENCY_KEY_SCHEMA: Schema = {
    "type": "string",
    "pattern": whole_pattern(IDEMPOTENCY_KEY.pattern),
}

SHARED_SCHEMAS: Mapping[str, Schema] = {
    "DeviceId": {
        "type": "string",
        "pattern": whole_pattern(DEVICE_ID.pattern),
        "description": "The id of a device.",
    },
    "EpochMilliseconds": {
        "type": "integer",
        "format": "int64",
        "minimum": 0,
        "maximum": MAX_TIMESTAMP,
        "description": "Milliseconds since 1970-01-01T00:00:00Z.",
    },
    "Moment": {
        "anyOf": [
            schema_ref("EpochMilliseconds"),
            {"type": "string", "format": "date-time"},
        ],
        "description": "Epoch milliseconds, or ISO 8601 with an offset, between the years 1970 and "
        "2286.",
    },
    "PastMoment": {
        "allOf": [schema_ref("Moment")],
        "description": f"At most {MAX_AHEAD_MS // 60_000} minutes ahead of the clock.",
    },
    "NextToken": {
        "type": "string",
        "description": "Opaque; leads to the next page of the same query. Absent at the end.",
    },
    "Number": {
        "type": "number",
        "exclusiveMinimum": -_NUMBER_LIMIT,
        "exclusiveMaximum": _NUMBER_LIMIT,
        "anyOf": [{"const": 0}, {"minimum": _LEAST_NUMBER}, {"maximum": -_LEAST_NUMBER}],
        "description": f"Kept digit by digit: {NUMBERS}.",
    },
}


def page_schema(name: str, item: Schema, **beside: Schema) -> Schema:
    """A page of a listing: how many items it has, the items, and a token if more follow."""
    listing = {
        "count": {"type": "integer", "minimum": 0, "maximum": MAX_LIMIT},
        name: {"type": "array", "maxItems": MAX_LIMIT, "items": item},
    }
    return object_schema({**beside, **listing}, {"next_token": schema_ref("NextToken")})
