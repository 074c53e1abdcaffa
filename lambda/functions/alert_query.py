"""`GET /alerts`: alerts out."""

from collections.abc import Mapping
from functools import cache
from typing import Any

from alerting.alerts.adapters.dynamodb import DynamoDbAlerts
from alerting.alerts_http import found_alerts, parse_alert_query
from kernel.aws import client
from kernel.clock import now_ms
from kernel.http import Answer, Request, serve
from kernel.invocation import LambdaContext
from kernel.paging import PageTokens
from kernel.wiring import api_key, parameter, setting


@cache
def _alerts() -> DynamoDbAlerts:
    return DynamoDbAlerts(client("dynamodb"), setting("ALERTS_TABLE"))


def _get_alerts(request: Request) -> Answer:
    api_key().require(request.headers.get("x-api-key"))
    tokens = PageTokens(parameter("PAGE_TOKEN_PARAMETER").value())
    asked = parse_alert_query(request, now_ms(), tokens)
    return found_alerts(asked, _alerts().listed(asked.query), tokens)


def handler(event: Mapping[str, Any], context: LambdaContext) -> dict[str, Any]:
    """Answer one call of the API."""
    return serve(event, context, {"GET /alerts": _get_alerts})
