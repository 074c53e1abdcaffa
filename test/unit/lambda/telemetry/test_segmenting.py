import random

from hypothesis import given
from samples.readings import START, reading, readings

from kernel.clock import DAY_MS, HOUR_MS, day_of
from readings.model import MAX_SEGMENT_SPAN_MS
from telemetry.segmenting import MAX_SEGMENT_BYTES, MAX_SEGMENT_CELLS, cut_into_segments


@given(readings)
def test_cutting_loses_nothing_and_keeps_every_limit(given_readings):
    segments = cut_into_segments(given_readings, 7)
    kept = [one for segment in segments for one in segment.readings]
    distinct = {(one.device_id, one.timestamp, one.digest) for one in given_readings}
    assert sorted((one.device_id, one.timestamp, one.digest) for one in kept) == sorted(distinct)
    for segment in segments:
        moments = [one.timestamp for one in segment.readings]
        assert moments == sorted(moments)
        assert len(moments) <= 7
        assert moments[-1] - moments[0] <= MAX_SEGMENT_SPAN_MS
        assert {day_of(moment) for moment in moments} == {segment.day}
        assert {one.device_id for one in segment.readings} == {segment.device_id}


@given(readings)
def test_the_same_readings_in_any_order_give_the_same_keys(given_readings):
    shuffled = random.Random(1).sample(given_readings, len(given_readings))
    keys = [segment.key for segment in cut_into_segments(given_readings, 500)]
    assert [segment.key for segment in cut_into_segments(shuffled, 500)] == keys


def test_an_hour_apart_is_one_segment_and_a_millisecond_more_is_two():
    assert len(cut_into_segments([reading(), reading(timestamp=START + HOUR_MS)], 500)) == 1
    assert len(cut_into_segments([reading(), reading(timestamp=START + HOUR_MS + 1)], 500)) == 2


def test_midnight_parts_segments():
    around = [reading(timestamp=START + DAY_MS - 1), reading(timestamp=START + DAY_MS)]
    assert [one.day for one in cut_into_segments(around, 500)] == ["2025-11-21", "2025-11-22"]


def test_long_texts_part_segments():
    long = [reading(timestamp=START + n, text="x" * 1_000) for n in range(400)]
    segments = cut_into_segments(long, 500)
    assert len(segments) == 3
    for segment in segments:
        assert sum(len(one.text) for one in segment.readings) <= MAX_SEGMENT_BYTES


def test_readings_with_metrics_of_their_own_part_segments():
    sparse = [
        reading(timestamp=START + n, **{f"m{n}_{m}": m for m in range(64)}) for n in range(100)
    ]
    for segment in cut_into_segments(sparse, 500):
        names = {name for one in segment.readings for name in one.metrics}
        assert len(names) * len(segment.readings) <= MAX_SEGMENT_CELLS
