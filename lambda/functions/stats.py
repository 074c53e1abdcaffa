"""`GET /stats` and `GET /stats-html`: a day's device states, for programs and for people."""

from collections.abc import Mapping
from functools import cache
from typing import Any

from kernel.aws import client
from kernel.clock import day_of, now_ms
from kernel.http import Answer, Request, serve
from kernel.invocation import LambdaContext
from kernel.paging import PageTokens
from kernel.wiring import api_key, parameter, setting
from states.adapters.dynamodb import DynamoDbCounts
from states.http import counts_answer, parse_day, parse_stats_query
from states.page import headers, render


@cache
def _counts() -> DynamoDbCounts:
    return DynamoDbCounts(client("dynamodb"), setting("COUNTS_TABLE"))


def _get_stats(request: Request) -> Answer:
    api_key().require(request.headers.get("x-api-key"))
    tokens = PageTokens(parameter("PAGE_TOKEN_PARAMETER"))
    asked = parse_stats_query(request, now_ms(), tokens)
    return counts_answer(asked, _counts().listed(asked.day, asked.after), tokens)


def _get_page(request: Request) -> Answer:
    api_key().require(request.headers.get("x-api-key"))
    now = now_ms()
    day = parse_day(request, now)
    return Answer(200, render(day, _counts().read(day).counts, day_of(now)), headers())


def handler(event: Mapping[str, Any], context: LambdaContext) -> dict[str, Any]:
    """Answer one call of the API."""
    return serve(event, context, {"GET /stats": _get_stats, "GET /stats-html": _get_page})
