import json

import pytest
from hypothesis import given
from samples.readings import START, reading, readings

from kernel.errors import Refused
from readings.messages import ReadingMessage
from telemetry.messages import messages_of
from telemetry.segmenting import cut_into_segments


@given(readings)
def test_a_message_carries_its_segments_whole(given_readings):
    segments = tuple(cut_into_segments(given_readings, 500))
    message = ReadingMessage("request-1", START, segments)
    assert ReadingMessage.decode(message.encode()) == message


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


@pytest.mark.parametrize(("expires_at", "named"), [(None, False), (START + 1, True)])
def test_a_message_says_until_when_its_readings_are_kept_if_not_for_ever(expires_at, named):
    segments = cut_into_segments([reading()], 500)
    (message,) = messages_of(segments, "request-1", START, expires_at=expires_at)
    body = message.encode()
    assert ("expires_at" in body) == named
    assert ReadingMessage.decode(body).expires_at == expires_at
