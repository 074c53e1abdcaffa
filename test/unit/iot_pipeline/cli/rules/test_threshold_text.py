"""Comparisons in one text."""

from decimal import Decimal

import click
import pytest

from iot_pipeline.cli.rules.threshold_text import NUMBER, threshold_of
from iot_pipeline.rules import OPERATORS, Threshold


@pytest.mark.parametrize("operator", OPERATORS)
@pytest.mark.parametrize("text", ["temperature {} -60.50", " temperature{}-60.50 "])
def test_a_metric_is_compared_with_a_number(text: str, operator: str) -> None:
    expected = Threshold("temperature", operator, Decimal("-60.50"))
    assert threshold_of(text.format(operator)) == expected


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("mode == eco", "eco"),
        ("mode != 'eco plus'", "eco plus"),
        ('mode == "60"', "60"),
        ('mode == ""', ""),
        ("mode == false", False),
        ("mode == 'false'", "false"),
        ("mode == it's", "it's"),
    ],
)
def test_a_metric_equals_a_text_or_a_boolean(text: str, value: str | bool) -> None:
    assert threshold_of(text).threshold == value


@pytest.mark.parametrize(
    ("text", "complaint"),
    [
        ("temperature", "not a condition: write, in quotes, 'temperature > 60'"),
        ("temperature >", "not a condition"),
        ("> 60", "not a condition"),
        ("my temperature > 60", "not a condition"),
        ("", "not a condition"),
        ("temperature = 60", "= is not an operator: use one of > >= < <= == !="),
        ("temperature => 60", "=> is not an operator"),
        ("temperature > hot", "> compares numbers, and hot is none"),
        ("temperature <= true", "<= compares numbers, and true is none"),
        ("temperature > '60'", "> compares numbers, and '60' is none"),
        ("temperature == nan", "nan is not a finite number"),
    ],
)
def test_any_other_text_is_refused_with_the_reason(text: str, complaint: str) -> None:
    with pytest.raises(ValueError) as caught:
        threshold_of(text)
    assert complaint in str(caught.value)


def test_a_number_keeps_its_digits() -> None:
    assert str(NUMBER.convert("55.0", None, None)) == "55.0"


@pytest.mark.parametrize("text", ["", "hot", "nan", "0x10", "1,5"])
def test_what_is_no_number_is_refused(text: str) -> None:
    with pytest.raises(click.BadParameter, match="is not a number"):
        NUMBER.convert(text, None, None)
