"""What X-Ray traces, and what that costs."""

from decimal import Decimal

import pytest

DOLLARS_PER_TRACE = 5 / 1_000_000


def rule_of(stack):
    (rule,) = stack.all("aws_xray_sampling_rule").values()
    return rule


def test_the_rule_is_of_this_stage_and_of_nothing_else(synthesise):
    stack = synthesise(environment_suffix="blue")
    rule, (stage,) = rule_of(stack), stack.all("aws_api_gateway_stage").values()
    assert (stage["stage_name"], stage["xray_tracing_enabled"]) == ("prod", True)
    assert rule["service_type"] == "AWS::ApiGateway::Stage"
    assert rule["service_name"] == "iot-api-blue/prod"


def test_a_thousand_calls_a_second_are_traced_for_cents_an_hour(stack):
    rule = rule_of(stack)
    traces = rule["reservoir_size"] + rule["fixed_rate"] * (1_000 - rule["reservoir_size"])
    assert 0 < traces * 3_600 * DOLLARS_PER_TRACE < 0.05


@pytest.mark.parametrize(("percent", "first", "rate"), [("0", 0, 0), ("5", 1, 0.05), ("100", 1, 1)])
def test_what_is_set_is_traced_and_at_nought_nothing(synthesise, percent, first, rate):
    rule = rule_of(synthesise(traced_percent=Decimal(percent)))
    assert (rule["reservoir_size"], rule["fixed_rate"]) == (first, rate)
