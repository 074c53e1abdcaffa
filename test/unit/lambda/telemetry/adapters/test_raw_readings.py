"""What raw readings promise, in memory and in DynamoDB alike."""

from dataclasses import replace
from itertools import count

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from samples.readings import START, metrics, moments, reading

from kernel.clock import DAY_MS, HOUR_MS, SECOND_MS
from kernel.parsing import MAX_TIMESTAMP
from readings.model import Reading
from telemetry.adapters.memory import MemoryRawReadings
from telemetry.ports import Receipt, Span
from telemetry.segmenting import cut_into_segments

FIRST = Receipt(START + 5, "ingest", "request-1")
LATER = Receipt(START + 9, "ingest", "request-2")
DAY = Span(START, START + DAY_MS)
# Numbers that no earlier example used, because hypothesis' examples share one table.
examples = count()


def every_second(how_many, device_id="device-1", *, start=START):
    return [reading(device_id, start + n * SECOND_MS, n=n) for n in range(how_many)]


def inside(stored, span):
    """The segments with a reading in the span, as they are told apart from outside."""
    return [
        (one.segment.key, [(r.timestamp, r.text) for r in one.segment.readings], one.shown)
        for one in stored
        if any(span.start <= r.timestamp < span.end for r in one.segment.readings)
    ]


def keys(readings, span=DAY, device_id="device-1", *, newest_first=False):
    found = readings.read(device_id, span, newest_first=newest_first)
    return [key for key, _, _ in inside(found, span)]


def test_new_segments_are_kept_and_told(raw):
    segments = cut_into_segments(every_second(5), 2)
    assert raw.append(segments, FIRST) == segments
    (first, *_) = raw.read("device-1", DAY, newest_first=False)
    assert first.segment == segments[0]
    assert first.received_at == FIRST.received_at
    assert first.shown == {
        "received_at": FIRST.received_at,
        "source": "ingest",
        "request_id": "request-1",
    }


@pytest.mark.parametrize("expires_at", [None, START + 30 * DAY_MS])
@pytest.mark.parametrize("size", [1, 500], ids=["flat", "packed"])
def test_raw_readings_tell_until_when_they_are_kept(raw, size, expires_at):
    raw.append(cut_into_segments(every_second(2), size), replace(FIRST, expires_at=expires_at))
    found = raw.read("device-1", DAY, newest_first=False)
    assert {one.expires_at for one in found} == {expires_at}


def test_what_is_there_stays_as_it_is_and_is_not_told_again(raw):
    old, new = cut_into_segments(every_second(4), 2)
    raw.append([old], FIRST)
    assert raw.append([old, new], LATER) == [new]
    found = raw.read("device-1", DAY, newest_first=False)
    assert [one.shown["received_at"] for one in found] == [FIRST.received_at, LATER.received_at]


def test_what_is_taken_back_is_gone_and_the_rest_is_not(raw):
    gone, kept = cut_into_segments(every_second(4), 2)
    raw.append([gone, kept], FIRST)
    raw.remove([gone])
    raw.remove([gone])
    assert keys(raw) == [kept.key]
    assert raw.append([gone], LATER) == [gone]


def test_nothing_is_neither_kept_nor_taken_back(raw):
    assert list(raw.append([], FIRST)) == []
    raw.remove([])
    assert keys(raw) == []


def test_devices_do_not_see_each_other(raw):
    mine, other = every_second(1), every_second(1, "device-2")
    raw.append(cut_into_segments(mine + other, 500), FIRST)
    (stored,) = raw.read("device-2", DAY, newest_first=False)
    assert stored.segment.device_id == "device-2"


@pytest.mark.parametrize("size", [1, 7], ids=["flat", "packed"])
def test_segments_come_in_the_order_of_their_keys_both_ways(raw, size):
    segments = cut_into_segments(every_second(20), size)
    raw.append(segments[::-1], FIRST)
    ordered = sorted(segment.key for segment in segments)
    assert keys(raw) == ordered
    assert keys(raw, newest_first=True) == ordered[::-1]


@pytest.mark.parametrize("size", [1, 500], ids=["flat", "packed"])
def test_a_span_includes_its_start_and_excludes_its_end(raw, size):
    (segment, *more) = cut_into_segments(every_second(2), size)
    raw.append([segment, *more], FIRST)
    assert keys(raw, Span(START, START + 1)) == [segment.key]
    assert keys(raw, Span(START - DAY_MS, START)) == []


@pytest.mark.parametrize("newest_first", [False, True])
def test_a_segment_that_began_before_the_span_but_reaches_into_it_is_found(raw, newest_first):
    (segment,) = cut_into_segments(
        [reading(timestamp=START), reading(timestamp=START + HOUR_MS)], 9
    )
    raw.append([segment], FIRST)
    span = Span(START + HOUR_MS, START + 2 * HOUR_MS)
    assert keys(raw, span, newest_first=newest_first) == [segment.key]


@pytest.mark.parametrize(
    "span",
    [
        Span(MAX_TIMESTAMP, MAX_TIMESTAMP + 1),
        Span(MAX_TIMESTAMP - DAY_MS, MAX_TIMESTAMP + DAY_MS),
        Span(0, 200_000_000_000_000),
    ],
)
def test_the_last_storable_moment_is_found(raw, span):
    (segment,) = cut_into_segments([reading(timestamp=MAX_TIMESTAMP)], 1)
    raw.append([segment], FIRST)
    assert keys(raw, span) == [segment.key]


def test_a_span_beyond_all_storable_moments_is_empty(raw):
    raw.append(cut_into_segments([reading(timestamp=MAX_TIMESTAMP)], 1), FIRST)
    assert keys(raw, Span(MAX_TIMESTAMP + 1, MAX_TIMESTAMP + DAY_MS)) == []


def test_the_first_storable_moment_is_found(raw):
    (segment,) = cut_into_segments([reading(timestamp=0)], 1)
    raw.append([segment], FIRST)
    assert keys(raw, Span(0, 1)) == [segment.key]


# DynamoDB writes 25 items a call, reads 100, and answers a query page by page.
@pytest.mark.parametrize("how_many", [26, 230])
def test_more_segments_than_one_call_takes_are_kept_read_and_taken_back(raw, how_many):
    segments = cut_into_segments(every_second(how_many), 1)
    raw.append(segments[::3], FIRST)
    assert len(raw.append(segments, LATER)) == how_many - len(segments[::3])
    assert keys(raw) == [segment.key for segment in segments]
    assert keys(raw, newest_first=True) == [segment.key for segment in segments][::-1]
    raw.remove(segments[1:])
    assert keys(raw) == [segments[0].key]


@settings(max_examples=8, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    batches=st.lists(st.lists(st.tuples(moments, metrics), min_size=1, max_size=8), max_size=3),
    size=st.integers(1, 4),
    span=st.tuples(moments, moments).map(sorted).map(lambda ends: Span(ends[0], ends[1] + 1)),
    newest_first=st.booleans(),
)
def test_dynamodb_and_memory_agree(raw_table, batches, size, span, newest_first):
    memory, device_id = MemoryRawReadings(), f"example-{next(examples)}"
    for number, batch in enumerate(batches):
        readings = [Reading.of(device_id, moment, values) for moment, values in batch]
        segments = cut_into_segments(readings, size)
        receipt = Receipt(START + number, "ingest", f"request-{number}")
        assert raw_table.append(segments, receipt) == memory.append(segments, receipt)
    found, expected = (
        inside(table.read(device_id, span, newest_first=newest_first), span)
        for table in (raw_table, memory)
    )
    assert found == expected
