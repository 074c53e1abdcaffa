import pytest
from hypothesis import given
from samples.readings import START, metrics, reading, readings

from readings.model import Reading
from telemetry.packing import pack, unpack
from telemetry.segmenting import cut_into_segments


@given(readings)
def test_packing_loses_no_digit(given_readings):
    for segment in cut_into_segments(given_readings, 500):
        assert unpack(segment.device_id, pack(segment.readings)) == segment.readings


@given(metrics)
def test_a_reading_keeps_its_identity_through_packing(values):
    sent = Reading.of("a", START, values)
    (unpacked,) = unpack("a", pack([sent]))
    assert (unpacked.text, unpacked.digest) == (sent.text, sent.digest)


def test_packed_readings_are_small():
    ordinary = [
        reading(timestamp=START + n * 1_000, temperature=20 + n % 5, humidity=60, light=True)
        for n in range(100)
    ]
    assert len(pack(ordinary)) < 1_024


def test_an_unknown_version_is_refused():
    with pytest.raises(ValueError, match="version 9"):
        unpack("a", b"\x09whatever")
