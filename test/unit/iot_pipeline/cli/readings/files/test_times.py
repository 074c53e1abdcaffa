"""Times in files."""

from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from iot_pipeline.cli.readings.files.times import TimeUnit, to_ms, unit_of

LAST_MS = 253_402_300_799_999


@given(milliseconds=st.integers(0, LAST_MS))
def test_every_unit_names_the_same_millisecond(milliseconds: int) -> None:
    assert to_ms(Decimal(milliseconds).scaleb(-3), TimeUnit.S) == milliseconds
    assert to_ms(milliseconds, TimeUnit.MS) == milliseconds
    assert to_ms(milliseconds * 1_000, TimeUnit.US) == milliseconds
    assert to_ms(milliseconds * 1_000_000, TimeUnit.NS) == milliseconds


@given(nanoseconds=st.integers(0, LAST_MS * 10**6))
def test_rounding_moves_by_half_a_millisecond_at_most(nanoseconds: int) -> None:
    assert abs(to_ms(nanoseconds, TimeUnit.NS) * 10**6 - nanoseconds) <= 500_000


@pytest.mark.parametrize(
    ("value", "unit", "milliseconds"),
    [
        (Decimal("1594598735.7727768"), TimeUnit.S, 1_594_598_735_773),
        ("1594598735.7725", TimeUnit.S, 1_594_598_735_772),
        ("1594598735.7735", TimeUnit.S, 1_594_598_735_774),
        ("1594598735.77250000000000000000000000000001", TimeUnit.S, 1_594_598_735_773),
        ("2020-07-13T00:05:35.7727768Z", TimeUnit.ISO, 1_594_598_735_773),
        ("2020-07-13 02:05:35+02:00", TimeUnit.ISO, 1_594_598_735_000),
        (" 2020-07-13T00:05:35 ", TimeUnit.ISO, 1_594_598_735_000),
        ("2020-07-13", TimeUnit.ISO, 1_594_598_400_000),
    ],
)
def test_fractions_become_milliseconds_exactly(
    value: Any, unit: TimeUnit, milliseconds: int
) -> None:
    assert to_ms(value, unit) == milliseconds


@pytest.mark.parametrize(
    ("value", "unit"),
    [
        (Decimal("1594598735.77"), TimeUnit.S),
        ("1594598735", TimeUnit.S),
        (1_594_598_735_773, TimeUnit.MS),
        (1_594_598_735_773_000, TimeUnit.US),
        (1_594_598_735_773_000_000, TimeUnit.NS),
        ("2020-07-13T00:05:35Z", TimeUnit.ISO),
        (None, TimeUnit.ISO),
    ],
)
def test_the_unit_shows_in_the_size(value: Any, unit: TimeUnit) -> None:
    assert unit_of(value) is unit


@pytest.mark.parametrize(
    ("value", "unit"),
    [
        ("soon", TimeUnit.S),
        (True, TimeUnit.S),
        (-1, TimeUnit.MS),
        (LAST_MS + 1, TimeUnit.MS),
        (Decimal("1E+900"), TimeUnit.S),
        ("1e9999", TimeUnit.NS),
        (1_594_598_735, TimeUnit.ISO),
        ("1969-12-31T23:59:59Z", TimeUnit.ISO),
        ({}, TimeUnit.MS),
    ],
)
def test_what_is_no_time_is_refused(value: Any, unit: TimeUnit) -> None:
    with pytest.raises(ValueError):
        to_ms(value, unit)
