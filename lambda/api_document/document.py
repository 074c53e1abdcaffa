"""The whole document: parts of the API become tags, paths and components."""

from collections.abc import Sequence
from dataclasses import replace
from itertools import chain
from typing import Any

from api_document.endpoints import PARTS
from api_document.refusals import ERROR_SCHEMAS, REFUSALS, refusals_of
from edge.contract import Endpoint, Exchange
from edge.http import CONTENT_ENCODINGS
from edge.idempotency import REMEMBERED_FOR_MS
from edge.schemas import IDEMPOTENCY_KEY_SCHEMA, SHARED_SCHEMAS, Schema, parameter_ref

_JSON = "application/json"
_DESCRIPTION = """\
Send readings, events and device states, query and count them, and be alerted.

Every request is signed (AWS Signature Version 4, service `execute-api`), in its headers or, as
presigned URLs are, in its query: parameters named `X-Amz-…` belong to the signature. Where
operators have set an API key, requests bring it in `x-api-key` as well. A request that is answered
2xx is durable, whole; any other answer has stored nothing that a repeat would double, so repeating
is always safe.
"""
_SECURITY_SCHEMES = {
    "aws_signature": {
        "type": "apiKey",
        "name": "Authorization",
        "in": "header",
        "x-amazon-apigateway-authtype": "awsSigv4",
        "description": "AWS Signature Version 4 of the service `execute-api`.",
    },
    "api_key": {
        "type": "apiKey",
        "name": "x-api-key",
        "in": "header",
        "description": "Asked for besides the signature once operators have set a key.",
    },
}
_HEADERS: dict[str, Schema] = {
    "IdempotencyKey": {
        "name": "Idempotency-Key",
        "in": "header",
        "description": "The same key with the same request gives the first answer again for "
        f"{REMEMBERED_FOR_MS // 86_400_000} days; with another request 409.",
        "schema": IDEMPOTENCY_KEY_SCHEMA,
    },
    "ContentEncoding": {
        "name": "Content-Encoding",
        "in": "header",
        "description": "How the body is packed, if it is. Gzip is known by its first bytes, also "
        "without this header; a body that is said to be packed otherwise is refused.",
        "schema": {"type": "string", "enum": list(CONTENT_ENCODINGS)},
    },
}


def openapi_document(version: str) -> dict[str, Any]:
    """The OpenAPI 3.1 document of the API in a version of the pipeline."""
    operations: dict[str, tuple[Endpoint, str]] = {}
    for part in PARTS:
        for operation in part.endpoints:
            before, title = operations.get(operation.route, (None, part.title))
            combined = operation if before is None else _either(before, operation)
            operations[operation.route] = (combined, title)
    paths: dict[str, dict[str, Any]] = {}
    for route, (operation, title) in operations.items():
        method, path = route.split(" ")
        paths.setdefault(path, {})[method.lower()] = _operation(operation, title)
    schemas = chain.from_iterable(
        named.items() for named in (SHARED_SCHEMAS, *(part.schemas for part in PARTS))
    )
    return {
        "openapi": "3.1.0",
        "info": {
            "title": "iot-pipeline",
            "version": version,
            "description": _DESCRIPTION,
            "license": {"name": "MIT", "identifier": "MIT"},
        },
        "servers": [
            {
                "url": "{api_endpoint}",
                "variables": {
                    "api_endpoint": {
                        "default": "https://api-id.execute-api.us-east-1.amazonaws.com/prod",
                        "description": "The stack's output ApiEndpoint.",
                    }
                },
            }
        ],
        "security": [{"aws_signature": []}, {"aws_signature": [], "api_key": []}],
        "tags": [{"name": part.title, "description": part.description} for part in PARTS],
        "paths": paths,
        "components": {
            "securitySchemes": _SECURITY_SCHEMES,
            "parameters": _HEADERS,
            "responses": REFUSALS,
            "schemas": {**dict(schemas), **ERROR_SCHEMAS},
        },
    }


def _either(one: Endpoint, other: Endpoint) -> Endpoint:
    """A route that two contexts answer, each its own bodies, as the later one sums it up."""
    return replace(
        other,
        description=f"{one.description} {other.description}",
        body={"oneOf": [*_choices(one.body), *_choices(other.body)]},
        answer={"oneOf": [*_choices(one.answer), *_choices(other.answer)]},
        exchanges=[*one.exchanges, *other.exchanges],
    )


def _choices(schema: Schema | None) -> Sequence[Schema]:
    choices: Sequence[Schema] = (schema or {}).get("oneOf", [schema])
    return choices


def _operation(operation: Endpoint, tag: str) -> dict[str, Any]:
    described: dict[str, Any] = {
        "operationId": operation.operation_id,
        "tags": [tag],
        "summary": operation.summary,
    }
    if operation.description:
        described["description"] = operation.description
    if parameters := _parameters(operation):
        described["parameters"] = parameters
    if operation.body is not None:
        bodies = {one.name: _example(one, one.body) for one in operation.exchanges}
        content = {_JSON: {"schema": operation.body, "examples": bodies}}
        described["requestBody"] = {"required": True, "content": content}
    reply: dict[str, Any] = {"description": operation.outcome}
    if operation.answer is not None:
        answers = {one.name: _example(one, one.answer) for one in operation.exchanges}
        reply["content"] = {operation.media_type: {"schema": operation.answer, "examples": answers}}
    if operation.headers:
        reply["headers"] = operation.headers
    described["responses"] = {str(operation.status): reply, **refusals_of(operation)}
    return described


def _parameters(operation: Endpoint) -> list[Schema]:
    parameters = [_with_examples(one, operation.exchanges) for one in operation.parameters]
    if operation.idempotent_by_key:
        parameters.append(parameter_ref("IdempotencyKey"))
    if operation.body is not None:
        parameters.append(parameter_ref("ContentEncoding"))
    return parameters


def _with_examples(parameter: Schema, exchanges: Sequence[Exchange]) -> Schema:
    name = parameter["name"]
    given = {one.name: _example(one, one.query[name]) for one in exchanges if name in one.query}
    return {**parameter, "examples": given} if given else parameter


def _example(exchange: Exchange, value: Any) -> dict[str, Any]:
    return {"summary": exchange.summary, "value": value}
