"""Rules, as they are said and as they are answered."""

from decimal import Decimal

import pytest

from iot_pipeline import InvalidRule, UnexpectedAnswer, Value, exact_json
from iot_pipeline.rules import Rule, RuleDefinition, Silence, Threshold

HOT = Threshold("temperature", ">", Decimal("60.50"), 300, 55)


@pytest.mark.parametrize(
    ("condition", "content"),
    [
        (
            HOT,
            {
                "metric": "temperature",
                "operator": ">",
                "threshold": Decimal("60.50"),
                "duration": 300,
                "clear_threshold": 55,
            },
        ),
        (
            Threshold("running", "==", False),
            {"metric": "running", "operator": "==", "threshold": False, "duration": 0},
        ),
        (Silence(900), {"no_data": 900}),
        (Silence(900, "co"), {"metric": "co", "no_data": 900}),
    ],
)
def test_a_rule_comes_back_as_it_was_said(
    condition: Threshold | Silence, content: dict[str, Value]
) -> None:
    definition = RuleDefinition(
        "pump", condition, "critical", 3_600, enabled=False, name="hot", description="Too hot."
    )
    request = definition.as_request()
    assert request == {
        "device_id": "pump",
        **content,
        "cooldown": 3_600,
        "severity": "critical",
        "enabled": False,
        "name": "hot",
        "description": "Too hot.",
    }
    answer = {"rule_id": "r-1", **request, "created_at": 5, "updated_at": 6}
    rule = Rule.of(exact_json.loads(exact_json.dumps(answer)))
    assert rule == Rule("r-1", definition, 5, 6)
    assert rule.as_content() == answer


def test_what_is_not_said_is_not_sent() -> None:
    request = RuleDefinition("*", Silence(60)).as_request()
    assert request.keys() == {"device_id", "no_data", "cooldown", "severity", "enabled"}


def test_floats_become_what_python_prints() -> None:
    threshold = Threshold("co", "<", 0.1, clear_threshold=0.2)  # type: ignore[arg-type]
    assert threshold == Threshold("co", "<", Decimal("0.1"), clear_threshold=Decimal("0.2"))


@pytest.mark.parametrize("value", [Decimal("NaN"), float("inf"), [60], None])
def test_a_threshold_that_is_no_value_is_refused(value: Decimal) -> None:
    with pytest.raises(InvalidRule, match="threshold is"):
        Threshold("temperature", ">", value)


def test_text_that_utf_8_cannot_hold_is_refused() -> None:
    with pytest.raises(InvalidRule, match="surrogates"):
        RuleDefinition("pump", Silence(60), name="\ud800")


@pytest.mark.parametrize("missing", ["rule_id", "device_id", "operator", "threshold", "severity"])
def test_an_answer_that_lacks_something_is_an_error(missing: str) -> None:
    content = Rule("r-1", RuleDefinition("pump", HOT), 5, 6).as_content()
    del content[missing]
    with pytest.raises(UnexpectedAnswer, match=missing):
        Rule.of(content)
