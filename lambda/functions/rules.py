"""`/rules`: rules made, shown, replaced and deleted."""

from collections.abc import Mapping
from functools import cache
from typing import Any
from urllib.parse import unquote

from alerting.rules.adapters.rule_book import DynamoDbRuleBook
from alerting.rules.definition import RuleDefinition
from alerting.rules.keeping import RuleKeeping
from alerting.rules.parsing import MAX_RULE_ID, parse_rule
from alerting.rules_http import found_rules, parse_rule_query, rule_answer
from kernel.aws import client
from kernel.clock import now_ms
from kernel.errors import NotFound
from kernel.http import Answer, Request, serve
from kernel.idempotency import once
from kernel.invocation import LambdaContext
from kernel.paging import PageTokens
from kernel.wiring import api_key, attempts, parameter, setting


@cache
def _book() -> DynamoDbRuleBook:
    tables = setting("RULES_TABLE"), setting("RULE_STATES_TABLE")
    return DynamoDbRuleBook(client("dynamodb"), *tables)


@cache
def _keeping() -> RuleKeeping:
    return RuleKeeping(_book(), now_ms)


def _post_rule(request: Request) -> Answer:
    api_key().require(request.headers.get("x-api-key"))

    def act(definition: RuleDefinition) -> Answer:
        return rule_answer(201, _keeping().create(definition))

    return once(request, attempts, now_ms, lambda _: parse_rule(request.body), act)


def _get_rules(request: Request) -> Answer:
    api_key().require(request.headers.get("x-api-key"))
    tokens = PageTokens(parameter("PAGE_TOKEN_PARAMETER").value())
    asked = parse_rule_query(request, tokens)
    return found_rules(asked, _book().listed(asked.device_id, asked.after), tokens)


def _get_rule(request: Request) -> Answer:
    api_key().require(request.headers.get("x-api-key"))
    return rule_answer(200, _keeping().get(_rule_id(request)))


def _put_rule(request: Request) -> Answer:
    api_key().require(request.headers.get("x-api-key"))

    def act(definition: RuleDefinition) -> Answer:
        return rule_answer(200, _keeping().replace(_rule_id(request), definition))

    return once(request, attempts, now_ms, lambda _: parse_rule(request.body), act)


def _delete_rule(request: Request) -> Answer:
    api_key().require(request.headers.get("x-api-key"))
    _keeping().delete(_rule_id(request))
    return Answer(204, "")


def _rule_id(request: Request) -> str:
    rule_id = unquote(request.path_parameters["rule_id"])
    # DynamoDB refuses to look up keys of over 2,048 bytes.
    if len(rule_id) > MAX_RULE_ID:
        raise NotFound("There is no such rule.")
    return rule_id


_ROUTES = {
    "POST /rules": _post_rule,
    "GET /rules": _get_rules,
    "GET /rules/{rule_id}": _get_rule,
    "PUT /rules/{rule_id}": _put_rule,
    "DELETE /rules/{rule_id}": _delete_rule,
}


def handler(event: Mapping[str, Any], context: LambdaContext) -> dict[str, Any]:
    """Answer one call of the API."""
    return serve(event, context, _ROUTES)
