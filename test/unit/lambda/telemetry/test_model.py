import random
from decimal import Decimal

import pytest
from hypothesis import given
from samples.readings import START, reading, readings

from kernel.clock import DAY_MS, HOUR_MS, day_of
from telemetry.model import (
    MAX_SEGMENT_BYTES,
    MAX_SEGMENT_CELLS,
    MAX_SEGMENT_SPAN_MS,
    cut_into_segments,
    with_derived_metrics,
)


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


def test_equal_numbers_make_equal_readings_and_other_types_do_not():
    one = reading(x=Decimal("27.0"))
    assert one.digest == reading(x=27).digest
    assert len({one.digest, reading(x="27").digest, reading(x=True).digest}) == 3


@pytest.mark.parametrize(
    ("metrics", "celsius", "fahrenheit"),
    [
        ({"temperature": Decimal("25.5")}, "25.5", "77.9"),
        ({"temp": Decimal("-40")}, "-40", "-40"),
        ({"temperature": 0, "temp": 99}, "0", "32"),
        ({"temperature": True, "temp": 100}, "100", "212"),
    ],
)
def test_a_temperature_is_given_in_both_units(metrics, celsius, fahrenheit):
    derived = with_derived_metrics(reading(**metrics)).metrics
    assert derived["temperature_celsius"] == Decimal(celsius)
    assert derived["temperature_fahrenheit"] == Decimal(fahrenheit)


def test_a_temperature_of_38_digits_is_rounded_in_fahrenheit_only():
    sent = Decimal("0." + "1" * 38)
    derived = with_derived_metrics(reading(temperature=sent)).metrics
    assert derived["temperature_celsius"] == sent
    assert derived["temperature_fahrenheit"] == Decimal("32.2")


def test_what_processing_adds_does_not_change_what_the_reading_is():
    sent = reading(temperature=21, humidity=60)
    processed = with_derived_metrics(sent)
    assert processed.digest == sent.digest
    assert processed.metrics.items() >= sent.metrics.items()


def test_a_reading_without_a_temperature_stays_as_it_is():
    sent = reading(humidity=60)
    assert with_derived_metrics(sent) is sent
