"""What a text shows."""

from decimal import Decimal

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from iot_pipeline import Value
from iot_pipeline.cli.readings.files.texts import number_of, value_of


@given(number=st.integers() | st.decimals(allow_nan=False, allow_infinity=False))
def test_a_number_keeps_every_digit(number: Decimal | int) -> None:
    assume(str(number) != "-0")  # An integer has no negative zero, nor has it in JSON.
    assert str(value_of(str(number))) == str(number)


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("27.0", Decimal("27.0")),
        (" 5 ", 5),
        (".5", Decimal("0.5")),
        ("5.", Decimal("5")),
        ("1e3", Decimal("1E+3")),
        ("TRUE", True),
        ("false", False),
        ("007", "007"),
        ("1,5", "1,5"),
        ("0x10", "0x10"),
        ("1_000", "1_000"),
        ("٣", "٣"),
        (".", "."),
        ("eco mode", "eco mode"),
    ],
)
def test_what_is_no_number_or_boolean_stays_a_text(text: str, value: Value) -> None:
    assert value_of(text) == value
    assert type(value_of(text)) is type(value)


@pytest.mark.parametrize("text", ["NaN", "nan", "inf", "-Infinity"])
def test_what_is_not_finite_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="not a finite number"):
        value_of(text)


def test_a_text_of_endless_digits_is_not_computed() -> None:
    assert number_of("9" * 5_000) is None
