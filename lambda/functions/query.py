"""`GET /query`, `GET /devices/{device_id}/events` and `GET /health`: readings out."""

from collections.abc import Mapping
from functools import cache
from typing import Any

from kernel.aws import client
from kernel.clock import now_ms
from kernel.http import Answer, Request, json_answer, serve
from kernel.invocation import LambdaContext
from kernel.paging import PageTokens
from kernel.wiring import api_key, parameter, setting
from telemetry.adapters.dynamodb import DynamoDbProcessedReadings, DynamoDbRawReadings
from telemetry.event_query_http import event_item, found_events, parse_event_query
from telemetry.ports import Segments
from telemetry.query import Render, processed_item, raw_item, read_page
from telemetry.query_http import parse_query, queried


@cache
def _tables() -> Mapping[str, tuple[Segments, Render]]:
    dynamodb = client("dynamodb")
    return {
        "processed": (
            DynamoDbProcessedReadings(dynamodb, setting("PROCESSED_TABLE")),
            processed_item,
        ),
        "raw": (DynamoDbRawReadings(dynamodb, setting("RAW_TABLE")), raw_item),
    }


def _get_query(request: Request) -> Answer:
    api_key().require(request.headers.get("x-api-key"))
    tokens = PageTokens(parameter("PAGE_TOKEN_PARAMETER"))
    asked = parse_query(request, now_ms(), tokens)
    segments, render = _tables()[asked.table]
    return queried(asked, read_page(segments, asked.query, render, asked.limit), tokens)


def _get_events(request: Request) -> Answer:
    api_key().require(request.headers.get("x-api-key"))
    tokens = PageTokens(parameter("PAGE_TOKEN_PARAMETER"))
    asked = parse_event_query(request, tokens)
    segments, _ = _tables()["raw"]
    page = read_page(segments, asked.query, event_item, asked.limit, keep=asked.wants)
    return found_events(asked, page, tokens)


def _get_health(request: Request) -> Answer:
    api_key().require(request.headers.get("x-api-key"))
    return json_answer(200, {"status": "ok", "version": setting("PIPELINE_VERSION")})


_ROUTES = {
    "GET /query": _get_query,
    "GET /devices/{device_id}/events": _get_events,
    "GET /health": _get_health,
}


def handler(event: Mapping[str, Any], context: LambdaContext) -> dict[str, Any]:
    """Answer one call of the API."""
    return serve(event, context, _ROUTES)
