"""Batches within the API's limits."""

from collections.abc import Iterator

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from iot_pipeline import InvalidReading, exact_json
from iot_pipeline.readings import Reading
from iot_pipeline.readings.batching import MAX_BODY_BYTES, MAX_READINGS, batches

READINGS = st.lists(
    st.builds(
        Reading,
        st.sampled_from(["a", "b", "c"]),
        st.dictionaries(st.sampled_from(["x", "y"]), st.integers() | st.text(max_size=5)),
        st.integers(0, 50),
    ),
    max_size=40,
)


def key(reading: Reading) -> str:
    return exact_json.dumps(reading.as_request())


@given(readings=READINGS, size=st.integers(1, 10))
def test_every_reading_is_in_exactly_one_batch(readings: list[Reading], size: int) -> None:
    found = list(batches(readings, size))
    assert sorted(map(key, readings)) == sorted(key(r) for batch in found for r in batch.readings)
    assert all(1 <= len(batch.readings) <= size for batch in found)


@given(readings=READINGS)
def test_the_body_holds_the_readings_in_their_order(readings: list[Reading]) -> None:
    for batch in batches(readings, 7):
        sent = exact_json.loads(batch.body)["readings"]
        assert sent == [reading.as_request() for reading in batch.readings]


@given(readings=READINGS)
def test_one_devices_readings_lie_together_in_time_order(readings: list[Reading]) -> None:
    for batch in batches(readings):
        places = [(reading.device_id, reading.timestamp_ms) for reading in batch.readings]
        assert places == sorted(places)


@settings(max_examples=20)
@given(lengths=st.lists(st.integers(0, 400_000), min_size=1, max_size=8))
def test_no_body_is_over_one_mebibyte(lengths: list[int]) -> None:
    found = list(batches(Reading("d", {"text": "x" * length}, 1) for length in lengths))
    assert sum(len(batch.readings) for batch in found) == len(lengths)
    assert all(len(batch.body) <= MAX_BODY_BYTES for batch in found)


def test_a_body_may_be_one_mebibyte_to_the_byte() -> None:
    frame = len(next(batches([Reading("d", {"text": ""}, 1)])).body)
    whole = Reading("d", {"text": "x" * (MAX_BODY_BYTES - frame)}, 1)
    assert [len(batch.body) for batch in batches([whole])] == [MAX_BODY_BYTES]
    over = Reading("d", {"text": "x" * (MAX_BODY_BYTES - frame + 1)}, 1)
    with pytest.raises(InvalidReading, match="over 1 MiB"):
        next(batches([over]))


def test_no_more_is_read_than_a_batch_holds() -> None:
    read = 0

    def endless() -> Iterator[Reading]:
        nonlocal read
        while True:
            read += 1
            yield Reading("d", {"x": read}, read)

    assert len(next(batches(endless())).readings) == MAX_READINGS
    assert read == MAX_READINGS


@pytest.mark.parametrize("size", [0, MAX_READINGS + 1])
def test_a_batch_size_that_the_api_would_refuse_is_refused(size: int) -> None:
    with pytest.raises(ValueError, match="1 to 1000"):
        next(batches([], size))
