import time
from datetime import UTC, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kernel.clock import DAY_MS, day_of, iso_of, now_ms, to_ms
from kernel.parsing import MAX_TIMESTAMP

moments = st.integers(0, MAX_TIMESTAMP)


@given(moments)
def test_a_moment_comes_back_from_its_text(moment):
    assert to_ms(datetime.fromisoformat(iso_of(moment))) == moment


@given(moments)
def test_the_day_of_a_moment_is_the_one_in_its_text(moment):
    assert iso_of(moment).startswith(f"{day_of(moment)}T")
    assert day_of(moment - moment % DAY_MS) == day_of(moment)


@given(moments, st.integers(-23 * 60, 23 * 60))
def test_an_offset_changes_the_writing_and_not_the_moment(moment, offset_minutes):
    there = timezone(timedelta(minutes=offset_minutes))
    assert to_ms(datetime.fromisoformat(iso_of(moment)).astimezone(there)) == moment


def test_fractions_of_a_millisecond_are_cut_off():
    assert to_ms(datetime(1970, 1, 1, 0, 0, 0, 1_999, tzinfo=UTC)) == 1


@pytest.mark.parametrize(
    ("moment", "text"),
    [
        (0, "1970-01-01T00:00:00Z"),
        (1, "1970-01-01T00:00:00.001Z"),
        (1_763_683_200_000, "2025-11-21T00:00:00Z"),
        (MAX_TIMESTAMP, "2286-11-20T17:46:39.999Z"),
    ],
)
def test_milliseconds_are_written_only_where_there_are_any(moment, text):
    assert iso_of(moment) == text


def test_now_is_between_before_and_after():
    before = int(time.time() * 1_000)
    assert before <= now_ms() <= int(time.time() * 1_000) + 1
