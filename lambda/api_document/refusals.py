"""The answers to requests that were not carried out; every operation shares them."""

from typing import Any

from edge.contract import EXAMPLE_REQUEST_ID, Endpoint
from edge.http import MAX_BODY_BYTES, MOST_FAULTS_TOLD
from edge.schemas import Schema, object_schema, schema_ref
from kernel.errors import MAX_TOLD

_RETRY_AFTER = {
    "Retry-After": {
        "description": "Seconds after which to try again.",
        "schema": {"type": "integer", "minimum": 1},
    }
}

_TOLD: Schema = {"type": "string", "maxLength": MAX_TOLD}

ERROR_SCHEMAS: dict[str, Schema] = {
    "Fault": object_schema(
        {
            "path": {**_TOLD, "description": "Where: `readings[3].sensor_data.temp`."},
            "message": _TOLD,
        },
        description="One thing that is wrong in a request; longer texts are cut in the middle.",
    ),
    "Error": object_schema(
        {
            "error": object_schema(
                {
                    "code": {"type": "string", "pattern": "^[A-Z0-9_]+$"},
                    "message": {"type": "string"},
                    "details": {
                        "type": "array",
                        "items": schema_ref("Fault"),
                        "maxItems": MOST_FAULTS_TOLD + 1,
                        "description": "Every fault found, where the request is not valid; of more "
                        f"than {MOST_FAULTS_TOLD}, how many more there are.",
                    },
                    "requestId": {"type": "string"},
                }
            )
        }
    ),
}


def _refusal(
    description: str,
    *errors: tuple[str, str],
    details: list[dict[str, str]] | None = None,
    retry: bool = False,
) -> dict[str, Any]:
    examples = {
        code: {
            "value": {
                "error": {
                    "code": code,
                    "message": message,
                    "details": (details or []) if code == "VALIDATION_ERROR" else [],
                    "requestId": EXAMPLE_REQUEST_ID,
                }
            }
        }
        for code, message in errors
    }
    content = {"application/json": {"schema": schema_ref("Error"), "examples": examples}}
    headers = {"headers": _RETRY_AFTER} if retry else {}
    return {"description": description, **headers, "content": content}


_REFUSALS: dict[int, tuple[str, dict[str, Any]]] = {
    400: (
        "BadRequest",
        _refusal(
            "The request is not valid, or its body is not JSON. Nothing was stored.",
            ("VALIDATION_ERROR", "The request is not valid."),
            ("MALFORMED_JSON", "The body is not JSON: Expecting value (line 1, column 1)."),
            details=[
                {
                    "path": "device_id",
                    "message": "must be 1 to 128 characters of A-Z a-z 0-9 . _ : @ -",
                }
            ],
        ),
    ),
    403: (
        "Forbidden",
        _refusal(
            "The signature is missing or wrong, its owner may not call this, or the header "
            "x-api-key is missing or wrong. Where the signature is refused, the code is API "
            "Gateway's own: MISSING_AUTHENTICATION_TOKEN, INVALID_SIGNATURE, EXPIRED_TOKEN, "
            "ACCESS_DENIED.",
            ("FORBIDDEN", "The header x-api-key is missing or wrong."),
        ),
    ),
    404: (
        "NotFound",
        _refusal("There is nothing under this name.", ("NOT_FOUND", "There is no such rule.")),
    ),
    409: (
        "Conflict",
        _refusal(
            "The Idempotency-Key came with another request before, or what is to be changed is "
            "being changed by many at once.",
            ("CONFLICT", "This Idempotency-Key came with another request before."),
        ),
    ),
    413: (
        "PayloadTooLarge",
        _refusal(
            f"The body is longer than {MAX_BODY_BYTES} bytes after decompression.",
            ("PAYLOAD_TOO_LARGE", f"The body is longer than {MAX_BODY_BYTES} bytes."),
        ),
    ),
    429: (
        "TooManyRequests",
        _refusal("Too many requests at once.", ("THROTTLED", "The service is busy."), retry=True),
    ),
    500: (
        "InternalError",
        _refusal(
            "Something went wrong in the pipeline. Repeating the request is safe.",
            ("INTERNAL_ERROR", "Something went wrong on our side."),
        ),
    ),
    503: (
        "Unavailable",
        _refusal(
            "A service the pipeline depends on did not do its part. Repeating the request is safe.",
            ("UNAVAILABLE", "A service the pipeline depends on is not available."),
            retry=True,
        ),
    ),
}

REFUSALS = dict(_REFUSALS.values())


def refusals_of(operation: Endpoint) -> dict[str, Schema]:
    """The answers, by status, that an operation gives to requests that it does not carry out."""
    takes_something = operation.body is not None or bool(operation.parameters)
    possible = {
        400: takes_something,
        404: 404 in operation.refusals,
        409: 409 in operation.refusals or operation.idempotent_by_key,
        413: operation.body is not None,
    }
    return {
        str(status): {"$ref": f"#/components/responses/{name}"}
        for status, (name, _) in _REFUSALS.items()
        if possible.get(status, True)
    }
