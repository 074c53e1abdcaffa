"""Readings."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from iot_pipeline import InvalidReading, exact_json
from iot_pipeline.readings import Reading


@given(number=st.floats(allow_nan=False, allow_infinity=False))
def test_a_float_is_sent_as_python_prints_it(number: float) -> None:
    reading = Reading("pump", {"value": number}, 1)  # type: ignore[dict-item]
    assert reading.sensor_data["value"] == Decimal(repr(number))


@given(number=st.decimals(allow_nan=False, allow_infinity=False))
def test_a_decimal_keeps_every_digit_on_the_way_through_json(number: Decimal) -> None:
    text = exact_json.dumps(Reading("pump", {"value": number}, 1).as_request())
    assert exact_json.loads(text)["sensor_data"]["value"] == number


@pytest.mark.parametrize("number", [float("nan"), float("inf"), Decimal("-Infinity")])
def test_what_is_not_finite_is_refused(number: Decimal) -> None:
    with pytest.raises(InvalidReading, match="not a finite number"):
        Reading("pump", {"value": number}, 1)


@pytest.mark.parametrize("value", [None, [1], {"x": 1}, b"bytes"])
def test_what_is_no_number_boolean_or_text_is_refused(value: str) -> None:
    with pytest.raises(InvalidReading, match="not a number, boolean or string"):
        Reading("pump", {"value": value}, 1)


@pytest.mark.parametrize(
    ("device", "data"), [("\ud800", {}), ("x", {"\ud800": 1}), ("x", {"a": "\ud800"})]
)
def test_text_that_utf_8_cannot_hold_is_refused(device: str, data: dict[str, str]) -> None:
    with pytest.raises(InvalidReading, match="surrogates"):
        Reading(device, data, 1)


def test_a_reading_without_a_time_is_stamped_once() -> None:
    reading = Reading("pump", {"value": True})
    assert reading.as_request() == reading.as_request()
    assert reading.timestamp_ms > 1_700_000_000_000
