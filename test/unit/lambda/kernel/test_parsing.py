from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kernel.clock import iso_of
from kernel.parsing import (
    MAX_AHEAD_MS,
    MAX_TIMESTAMP,
    device_id_of,
    past_timestamp_of,
    refuse_unknown,
    text_fault,
    timestamp_of,
)

NOW = 1_763_683_200_000
moments = st.integers(0, MAX_TIMESTAMP)
anything = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(),
    st.decimals(),
    st.text(st.characters(exclude_categories=()), max_size=40),
    st.datetimes(timezones=st.timezones()).map(str),
    st.lists(st.integers(), max_size=2),
)


@given(moments)
def test_a_moment_is_read_from_its_number_and_from_its_text(moment):
    faults = []
    assert timestamp_of(moment, "at", faults) == moment
    assert timestamp_of(iso_of(moment), "at", faults) == moment
    assert faults == []


@given(anything)
def test_whatever_is_given_as_a_time_is_a_storable_moment_or_one_fault(value):
    faults = []
    moment = timestamp_of(value, "at", faults)
    assert 0 <= moment <= MAX_TIMESTAMP
    assert len(faults) == 0 or (moment == 0 and [fault.path for fault in faults] == ["at"])


@pytest.mark.parametrize(
    "value",
    [
        -1,
        MAX_TIMESTAMP + 1,
        10**60,
        True,
        Decimal("1.5"),
        "1763683200000",
        "2025-11-21",
        "2025-11-21T00:00:00",
        "1969-12-31T23:59:59Z",
        "2286-11-20T17:46:40Z",
        "0001-01-01T00:00:00+23:59",
        "9999-12-31T23:59:59-23:59",
        "",
        None,
        {},
    ],
)
def test_what_is_no_moment_of_the_contract_is_refused(value):
    faults = []
    assert timestamp_of(value, "readings[2].timestamp", faults) == 0
    assert [fault.path for fault in faults] == ["readings[2].timestamp"]


def test_offsets_are_heeded():
    assert timestamp_of("2025-11-21T01:00:00+01:00", "at", []) == NOW


def test_a_reading_may_be_ten_minutes_ahead_and_no_more():
    faults = []
    assert past_timestamp_of(NOW + MAX_AHEAD_MS, "at", NOW, faults) == NOW + MAX_AHEAD_MS
    assert faults == []
    assert past_timestamp_of(NOW + MAX_AHEAD_MS + 1, "at", NOW, faults) == 0
    assert [fault.message for fault in faults] == ["is more than 10 minutes ahead of the clock"]


def test_a_time_that_cannot_be_read_is_one_fault_and_not_two():
    faults = []
    past_timestamp_of("tomorrow", "at", NOW, faults)
    assert len(faults) == 1


@given(st.from_regex(r"[A-Za-z0-9._:@-]{1,128}", fullmatch=True))
def test_a_device_id_of_the_contract_is_taken_as_it_is(device_id):
    faults = []
    assert (device_id_of(device_id, "device_id", faults), faults) == (device_id, [])


@pytest.mark.parametrize(
    "value", ["", "a" * 129, "a b", "a#b", "a/b", "é", "a\n", "٣", None, 7, ["a"]]
)
def test_anything_else_is_no_device_id(value):
    faults = []
    assert device_id_of(value, "device_id", faults) == ""
    assert [fault.path for fault in faults] == ["device_id"]


@pytest.mark.parametrize("text", ["", "x" * 8, "°C 😀", "line\u2028"])
def test_printable_text_has_no_fault(text):
    assert text_fault(text, 8) is None


@pytest.mark.parametrize("text", ["x" * 9, "\x00", "a\nb", "\x7f", "\x85", "\ud800"])
def test_text_that_is_too_long_or_unprintable_has_a_fault(text):
    assert text_fault(text, 8) is not None


def test_every_unknown_field_is_named_with_its_path():
    faults = []
    refuse_unknown({"a": 1, "b": 2, "c": 3}, {"b"}, "readings[0].", faults)
    assert [fault.path for fault in faults] == ["readings[0].a", "readings[0].c"]
