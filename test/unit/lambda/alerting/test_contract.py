import json
from contextlib import nullcontext

import pytest
from samples.api_calls import api_call
from samples.api_schemas import faults, operations

from alerting import alerts_http
from alerting.alerts.model import Alert
from alerting.alerts.representation import alert_representation
from alerting.contract import ALERTING
from alerting.requests import parse_rule
from alerting.rules.model import Rule
from alerting.rules.representation import rule_representation
from edge.contract import EXAMPLE_MOMENT
from edge.http import Request
from edge.paging import PageTokens
from kernel import exact_json
from kernel.errors import Invalid

DESCRIBED = {one.route: one for part in ALERTING for one in part.endpoints}
HOT = {"device_id": "d", "metric": "m", "operator": ">", "threshold": 60}
SILENT = {"device_id": "*", "no_data": 900}


def sent(body):
    return json.dumps(body).encode()


def shown(representation):
    return json.loads(exact_json.dumps(representation))


@pytest.mark.parametrize("exchange", DESCRIBED["POST /rules"].exchanges, ids=lambda one: one.name)
def test_a_rule_is_answered_as_its_example_says(exchange):
    rule = Rule.new(parse_rule(sent(exchange.body)), exchange.answer["created_at"])
    assert shown(rule_representation(rule)) == exchange.answer


def test_a_replaced_rule_is_answered_as_its_example_says():
    made, replaced = (
        DESCRIBED[route].exchanges[0] for route in ("POST /rules", "PUT /rules/{rule_id}")
    )
    rule = Rule.new(parse_rule(sent(made.body)), made.answer["created_at"])
    definition = parse_rule(sent(replaced.body))
    rule = rule.replaced_by(definition, EXAMPLE_MOMENT)
    assert shown(rule_representation(rule)) == replaced.answer


def test_an_alert_is_answered_as_its_example_says():
    (told,) = DESCRIBED["GET /alerts"].exchanges[0].answer["alerts"]
    rule = DESCRIBED["POST /rules"].exchanges[0]
    condition = parse_rule(sent(rule.body)).condition
    names = ("alert_id", "rule_id", "device_id", "severity", "fired_at", "actual_value")
    alert = Alert(
        rule_name=None,
        rule_revision="revision",
        condition=condition,
        **{name: told[name] for name in names if name != "actual_value"},
        actual_value=exact_json.loads(str(told["actual_value"])),
    )
    assert shown(alert_representation(alert)) == told
    assert told["rule_id"] == rule.answer["rule_id"]


@pytest.mark.parametrize(
    "body",
    [
        HOT,
        {**HOT, "metric": "temperature_celsius"},
        {**HOT, "operator": "==", "threshold": True},
        {**HOT, "operator": "!=", "threshold": "on"},
        {**HOT, "duration": 604_800, "cooldown": 2_592_000, "clear_threshold": 55},
        {
            **HOT,
            "name": "n" * 128,
            "description": "d" * 1_024,
            "severity": "info",
            "enabled": False,
        },
        SILENT,
        {**SILENT, "metric": "m", "no_data": 2_592_000},
        {**HOT, "duration": 60.0, "cooldown": 1e3, "threshold": 1e-130},
        {**SILENT, "no_data": 900.0},
    ],
)
def test_what_the_schema_takes_the_parser_takes(body):
    assert faults("NewRule", body) == []
    rule = shown(rule_representation(Rule.new(parse_rule(sent(body)), EXAMPLE_MOMENT)))
    assert faults("Rule", rule) == []


@pytest.mark.parametrize(
    "body",
    [
        {},
        {name: HOT[name] for name in ("device_id", "metric", "operator")},
        {**HOT, "device_id": "**"},
        {**HOT, "metric": "status"},
        {**HOT, "operator": "=>"},
        {**HOT, "threshold": "60"},
        {**HOT, "threshold": None},
        {**HOT, "operator": "==", "clear_threshold": 1},
        {**HOT, "clear_threshold": "1"},
        {**HOT, "duration": -1},
        {**HOT, "duration": 604_801},
        {**HOT, "duration": 1.5},
        {**HOT, "duration": 1e200},
        {**HOT, "threshold": 1e-200},
        {**HOT, "clear_threshold": -1e-200},
        {**HOT, "cooldown": 2_592_001},
        {**HOT, "severity": "fatal"},
        {**HOT, "enabled": 1},
        {**HOT, "name": ""},
        {**HOT, "name": "n" * 129},
        {**HOT, "description": "d" * 1_025},
        {**HOT, "description": "\u0007"},
        {**HOT, "more": 1},
        {**HOT, "no_data": 900},
        {**SILENT, "no_data": 0},
        {**SILENT, "no_data": 2_592_001},
        {**SILENT, "duration": 60},
        {**SILENT, "clear_threshold": 1},
    ],
)
def test_what_the_schema_refuses_the_parser_refuses(body):
    assert faults("NewRule", body)
    with pytest.raises(Invalid):
        parse_rule(sent(body))


@pytest.mark.parametrize(
    ("rule_id", "taken"),
    [
        ("r", True),
        ("r" * 128, True),
        ("é \u2028", True),
        ("", False),
        ("r" * 129, False),
        ("a\nb", False),
        ("a\u0085", False),
    ],
)
def test_the_schema_and_the_parser_take_the_same_rule_ids(rule_id, taken):
    described = operations()["GET /alerts"]["parameters"]
    (schema,) = (one["schema"] for one in described if one.get("name") == "rule_id")
    assert (faults(schema, rule_id) == []) is taken
    request = Request.of(api_call("GET /alerts", query={"rule_id": rule_id}))
    with nullcontext() if taken else pytest.raises(Invalid):
        alerts_http.parse_alert_query(request, EXAMPLE_MOMENT, PageTokens("secret"))
