import json
from decimal import Decimal

import pytest
from samples.api_calls import api_call
from samples.rules import a_rule, above, silent

from alerting.requests import parse_rule
from alerting.rules.definition import OPERATORS, RuleDefinition, Silence, Threshold
from alerting.rules_http import found_rules, parse_rule_query, rule_answer
from edge.http import Request
from edge.paging import PageTokens
from kernel.errors import Invalid, Malformed

TOKENS = PageTokens("secret")
THRESHOLD = {"device_id": "D1", "metric": "temperature", "operator": ">", "threshold": 60}
SILENCE = {"device_id": "D1", "no_data": 900}


def parsed(document):
    return parse_rule(json.dumps(document).encode())


def faults(document):
    with pytest.raises(Invalid) as refused:
        parsed(document)
    return {fault.path for fault in refused.value.faults}


def test_the_example_of_the_contract_is_a_rule():
    rule = parsed({**THRESHOLD, "enabled": True})
    assert rule == RuleDefinition("D1", Threshold("temperature", ">", Decimal(60)))


def test_a_rule_may_say_more():
    more = {"name": "hot", "description": "é", "severity": "critical", "cooldown": 60}
    sustained = {"duration": 300, "clear_threshold": 55.5, "enabled": False}
    assert parsed({**THRESHOLD, **more, **sustained}) == RuleDefinition(
        "D1",
        Threshold("temperature", ">", Decimal(60), 300, Decimal("55.5")),
        severity="critical",
        cooldown_seconds=60,
        enabled=False,
        name="hot",
        description="é",
    )


def test_a_rule_may_be_for_every_device_and_about_silence():
    assert parsed({"device_id": "*", "no_data": 1}) == RuleDefinition("*", Silence(1))
    with_metric = parsed({**SILENCE, "metric": "temperature"})
    assert with_metric.condition == Silence(900, "temperature")


@pytest.mark.parametrize("operator", OPERATORS)
def test_every_operator_takes_numbers(operator):
    assert parsed({**THRESHOLD, "operator": operator}).condition.operator == operator


@pytest.mark.parametrize("threshold", [True, "open"])
@pytest.mark.parametrize("operator", OPERATORS)
def test_only_equality_takes_booleans_and_texts(operator, threshold):
    document = {**THRESHOLD, "operator": operator, "threshold": threshold}
    if operator in ("==", "!="):
        assert parsed(document).condition.threshold == threshold
    else:
        assert faults(document) == {"threshold"}


def test_a_number_keeps_every_digit():
    body = json.dumps(THRESHOLD).replace("60", "60.1234567890123456789012345")
    assert parse_rule(body.encode()).condition.threshold == Decimal("60.1234567890123456789012345")


@pytest.mark.parametrize("metric", ["temperature_celsius", "temperature_fahrenheit"])
def test_what_processing_derives_can_be_watched(metric):
    assert parsed({**THRESHOLD, "metric": metric}).condition.metric == metric


@pytest.mark.parametrize(
    ("document", "paths"),
    [
        ({}, {"device_id", "metric", "operator", "threshold"}),
        ({**THRESHOLD, "device_id": "a b"}, {"device_id"}),
        ({**THRESHOLD, "device_id": None}, {"device_id"}),
        ({**THRESHOLD, "device_id": ["*"]}, {"device_id"}),
        ({**THRESHOLD, "metric": "1st"}, {"metric"}),
        ({**THRESHOLD, "metric": "timestamp"}, {"metric"}),
        ({**THRESHOLD, "metric": None}, {"metric"}),
        ({**THRESHOLD, "operator": "=>"}, {"operator"}),
        ({**THRESHOLD, "operator": [">"]}, {"operator"}),
        ({**THRESHOLD, "threshold": None}, {"threshold"}),
        ({**THRESHOLD, "threshold": {"a": 1}}, {"threshold"}),
        ({**THRESHOLD, "threshold": 1e200}, {"threshold"}),
        ({**THRESHOLD, "duration": -1}, {"duration"}),
        ({**THRESHOLD, "duration": 1.5}, {"duration"}),
        ({**THRESHOLD, "duration": True}, {"duration"}),
        ({**THRESHOLD, "duration": 604_801}, {"duration"}),
        ({**THRESHOLD, "cooldown": 2_592_001}, {"cooldown"}),
        ({**THRESHOLD, "cooldown": "60"}, {"cooldown"}),
        ({**THRESHOLD, "clear_threshold": 61}, {"clear_threshold"}),
        ({**THRESHOLD, "clear_threshold": "55"}, {"clear_threshold"}),
        ({**THRESHOLD, "clear_threshold": None}, {"clear_threshold"}),
        ({**THRESHOLD, "operator": "<", "clear_threshold": 59}, {"clear_threshold"}),
        ({**THRESHOLD, "operator": "==", "clear_threshold": 60}, {"clear_threshold"}),
        ({**THRESHOLD, "enabled": 1}, {"enabled"}),
        ({**THRESHOLD, "severity": "fatal"}, {"severity"}),
        ({**THRESHOLD, "severity": []}, {"severity"}),
        ({**THRESHOLD, "name": ""}, {"name"}),
        ({**THRESHOLD, "name": "n" * 129}, {"name"}),
        ({**THRESHOLD, "description": "\u0000"}, {"description"}),
        ({**THRESHOLD, "colour": "red", "rule_id": "x"}, {"colour", "rule_id"}),
        ({**SILENCE, "no_data": 0}, {"no_data"}),
        ({**SILENCE, "no_data": None}, {"no_data"}),
        ({**SILENCE, "no_data": 2_592_001}, {"no_data"}),
        ({**THRESHOLD, **SILENCE, "duration": 1}, {"operator", "threshold", "duration"}),
        (
            {"no_data": "x", "metric": 1, "severity": 1},
            {"device_id", "no_data", "metric", "severity"},
        ),
    ],
)
def test_every_fault_is_named(document, paths):
    assert faults(document) == paths


@pytest.mark.parametrize("value", [1e-200, 1e200, None, [], "a", True])
@pytest.mark.parametrize("name", ["threshold", "clear_threshold"])
def test_a_threshold_that_cannot_be_has_one_fault_that_says_why(name, value):
    with pytest.raises(Invalid) as refused:
        parsed({**THRESHOLD, name: value})
    (fault,) = refused.value.faults
    assert fault.path == name
    expected = "of a magnitude from 1E-130" if isinstance(value, float) else "must be a number"
    assert expected in fault.message


def test_seconds_may_be_written_with_a_point():
    rule = parsed({**THRESHOLD, "duration": 60.0, "cooldown": 5.0})
    assert (rule.condition.duration_seconds, rule.cooldown_seconds) == (60, 5)
    assert parsed({**SILENCE, "no_data": 900.0}) == parsed(SILENCE)


@pytest.mark.parametrize("clear", [60, 59])
def test_an_alert_may_end_where_it_began_or_later(clear):
    assert parsed({**THRESHOLD, "clear_threshold": clear}).condition.clear_threshold == clear
    falling = {**THRESHOLD, "operator": "<=", "clear_threshold": 120 - clear}
    assert parsed(falling).condition.clear_threshold == 120 - clear


@pytest.mark.parametrize("body", [b"", b"{", b"[]", b'{"a": 1, "a": 2}'])
def test_what_is_no_object_is_refused(body):
    with pytest.raises((Invalid, Malformed)):
        parse_rule(body)


def test_a_rule_is_shown_as_it_was_given_and_with_its_defaults():
    rule = a_rule(above("60.5", clear_threshold=Decimal(55)), name="hot")
    content = json.loads(rule_answer(201, rule).body)
    assert content == {
        "rule_id": rule.rule_id,
        "device_id": "device-1",
        "metric": "temperature",
        "operator": ">",
        "threshold": 60.5,
        "duration": 0,
        "clear_threshold": 55,
        "cooldown": 0,
        "severity": "warning",
        "enabled": True,
        "name": "hot",
        "created_at": rule.created_at,
        "updated_at": rule.created_at,
    }


def test_a_rule_about_silence_shows_nothing_of_thresholds():
    content = json.loads(rule_answer(200, a_rule(silent(900))).body)
    assert content["no_data"] == 900
    assert content.keys().isdisjoint({"metric", "operator", "threshold", "duration"})


def query(**parameters):
    return parse_rule_query(Request.of(api_call("GET /rules", query=parameters)), TOKENS)


def test_rules_are_asked_for_by_device_or_all_of_them():
    assert (query().device_id, query().limit, query().after) == (None, 100, None)
    assert query(device_id="*").device_id == "*"
    assert query(device_id="D1", limit="7").limit == 7


def test_a_page_token_leads_on_for_the_same_device_only():
    asked = query(device_id="D1", limit="1")
    found = [("place", a_rule()), ("end", a_rule())]
    answer = json.loads(found_rules(asked, found, TOKENS).body)
    assert answer["count"] == 1
    assert query(device_id="D1", next_token=answer["next_token"]).after == "place"
    with pytest.raises(Invalid):
        query(device_id="D2", next_token=answer["next_token"])
    assert "next_token" not in json.loads(found_rules(asked, found[1:], TOKENS).body)


@pytest.mark.parametrize("parameters", [{"device_id": ""}, {"limit": "0"}, {"metric": "x"}])
def test_parameters_that_do_not_fit_are_named(parameters):
    with pytest.raises(Invalid) as refused:
        query(**parameters)
    assert {fault.path for fault in refused.value.faults} == set(parameters)
