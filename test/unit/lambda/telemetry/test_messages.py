import json

import pytest
from hypothesis import given
from samples.readings import START, reading, readings

from kernel.errors import Refused
from telemetry.messages import MAX_MESSAGE_BYTES, ReadingMessage, messages_of
from telemetry.model import MAX_READING_BYTES, cut_into_segments


@given(readings)
def test_a_message_carries_its_segments_whole(given_readings):
    segments = tuple(cut_into_segments(given_readings, 500))
    (message,) = messages_of(segments, "request-1", START)
    assert ReadingMessage.decode(message.encode()) == message
    assert message.segments == segments


@pytest.mark.parametrize(("expires_at", "named"), [(None, False), (START + 1, True)])
def test_a_message_says_until_when_its_readings_are_kept_if_not_for_ever(expires_at, named):
    segments = cut_into_segments([reading()], 500)
    (message,) = messages_of(segments, "request-1", START, expires_at=expires_at)
    body = message.encode()
    assert ("expires_at" in body) == named
    assert ReadingMessage.decode(body).expires_at == expires_at


def test_no_message_is_longer_than_the_limit():
    text = "x" * (MAX_READING_BYTES - 20)
    large = [reading(timestamp=START + n, text=text) for n in range(5)]
    small = [reading(device_id=f"d{n}" * 30, timestamp=START) for n in range(1_000)]
    messages = list(messages_of(cut_into_segments([*large, *small], 500), "request-1", START))
    assert max(len(message.encode()) for message in messages) <= MAX_MESSAGE_BYTES
    assert sum(len(one.readings) for m in messages for one in m.segments) == 1_005


def one_reading(device_id="d", **changes):
    row = {"timestamp": START, "sensor_data": {"x": 1}, **changes}
    segment = {"device_id": device_id, "readings": [row]}
    envelope = {"v": 1, "request_id": "r", "received_at": 1, "replay": False}
    return json.dumps({**envelope, "segments": [segment]})


@pytest.mark.parametrize(
    "body",
    [
        "not json",
        "[]",
        "{}",
        '{"v": 2}',
        '{"v": 1}',
        json.dumps({"v": 1, "request_id": "r", "received_at": 1, "replay": False, "segments": 7}),
        '{"v": true, "request_id": "r", "received_at": 1, "replay": false, "segments": []}',
        one_reading(device_id=5),
        one_reading(sensor_data={"segment": 1}),
        one_reading(timestamp="soon"),
        '{"v": 1, "request_id": "r", "received_at": 1, "expires_at": "soon", "replay": false, '
        '"segments": []}',
        json.dumps(
            {
                "v": 1,
                "request_id": "r",
                "received_at": 1,
                "replay": False,
                "segments": [{"device_id": "d", "readings": []}],
            }
        ),
    ],
)
def test_what_the_pipeline_never_sent_is_poison(body):
    with pytest.raises(Refused):
        ReadingMessage.decode(body)
