"""Moments and milliseconds."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from iot_pipeline.moments import epoch_ms, iso_to_ms, ms_to_iso

LAST_MS = 253_402_300_799_999


@given(milliseconds=st.integers(0, LAST_MS))
def test_iso_and_milliseconds_are_each_others_inverse(milliseconds: int) -> None:
    assert iso_to_ms(ms_to_iso(milliseconds)) == milliseconds


@given(milliseconds=st.integers(-(10**12), 10**13))
def test_a_datetime_is_the_millisecond_that_it_names(milliseconds: int) -> None:
    moment = datetime(1970, 1, 1, tzinfo=UTC) + timedelta(milliseconds=milliseconds)
    assert epoch_ms(moment) == milliseconds


@pytest.mark.parametrize(
    ("text", "milliseconds"),
    [
        ("1970-01-01T00:00:00Z", 0),
        ("1970-01-01T01:00:00+01:00", 0),
        ("1970-01-01T00:00:00.0005Z", 0),
        ("1970-01-01T00:00:00.0015Z", 2),
        ("1970-01-01T00:00:00.00050000000000001Z", 1),
        ("1970-01-01T00:00:00,25Z", 250),
        ("1969-12-31T23:59:59.999Z", -1),
    ],
)
def test_fractions_are_rounded_once_and_halves_to_the_even(text: str, milliseconds: int) -> None:
    assert epoch_ms(text) == milliseconds


@pytest.mark.parametrize("moment", ["yesterday", "2026-01-01T00:00:00", datetime(2026, 1, 1)])  # noqa: DTZ001
def test_a_moment_without_an_offset_is_none(moment: str | datetime) -> None:
    with pytest.raises(ValueError, match=r"offset|ISO 8601"):
        epoch_ms(moment)
