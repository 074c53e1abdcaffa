import json
from dataclasses import fields, replace

import pytest
from hypothesis import given
from samples.readings import START, reading, readings

from kernel import exact_json
from kernel.errors import Invalid, Refused
from readings.messages import ReadingMessage
from readings.model import digest_of
from telemetry.messages import messages_of
from telemetry.packing import pack
from telemetry.segmenting import cut_into_segments


@given(readings)
def test_a_message_carries_its_segments_whole(given_readings):
    segments = tuple(cut_into_segments(given_readings, 500))
    message = ReadingMessage("request-1", START, segments)
    assert ReadingMessage.decode(message.encode()) == message


# As it was first written; queues and dead letters hold such bodies for weeks.
KEPT = (
    '{"v":1,"digest":"80411ef63449cc7bb522","request_id":"request-1","received_at":1763683200005,'
    '"expires_at":1763683200009,"replay":false,"new":true,"segments":[{"device_id":"a",'
    '"key":"1763683200000#617bc02a68235b8fcb6d","readings":[{"timestamp":1763683200000,'
    '"sensor_data":{"label":"\\u00e9","temperature":25}},{"timestamp":1763683200001,'
    '"sensor_data":{"x":true}}]}]}'
)


def test_a_body_keeps_its_form():
    sent = [reading("a", START, temperature=25, label="é"), reading("a", START + 1, x=True)]
    segments = tuple(cut_into_segments(sent, 500))
    message = ReadingMessage("request-1", START + 5, segments, expires_at=START + 9, new=True)
    assert message.encode() == KEPT
    assert ReadingMessage.decode(KEPT) == message


def by_hand(message, **changes):
    """The message's body as somebody writes it who has looked at it."""
    return f" {exact_json.dumps(exact_json.loads(message.encode()) | changes)}"


def earlier(message):
    """The message's body as version 0.1.0 wrote it: without digest and keys."""
    document = exact_json.loads(message.encode())
    del document["digest"]
    for segment in document["segments"]:
        del segment["key"]
    return exact_json.dumps(document)


@given(readings)
def test_what_is_read_as_it_was_written_is_what_is_worked_out_of_anything_else(given_readings):
    segments = tuple(cut_into_segments(given_readings, 500))
    message = ReadingMessage("request-1", START, segments, expires_at=START + 1)
    for body in (message.encode(), by_hand(message), earlier(message)):
        found = ReadingMessage.decode(body)
        assert found == message
        for one, other in zip(found.segments, segments, strict=True):
            assert [each.text for each in one.readings] == [each.text for each in other.readings]
            assert [each.position for each in one.readings] == [
                each.position for each in other.readings
            ]
            assert pack(one.readings) == pack(other.readings)
        assert found.encode() == message.encode()


def test_a_message_is_sent_on_as_it_was_read():
    segments = tuple(cut_into_segments([reading(), reading("device-2")], 500))
    body = ReadingMessage("request-1", START, segments, new=True).encode()
    found = ReadingMessage.decode(body)
    assert found.encode() is body
    assert found.bringing(found.segments).encode() is body
    part = found.bringing(found.segments[1:])
    assert ReadingMessage.decode(part.encode()) == part
    assert (part.segments, part.request_id) == (segments[1:], "request-1")


OTHERWISE = {
    "request_id": "request-2",
    "received_at": START + 1,
    "segments": tuple(cut_into_segments([reading("c"), reading("d")], 500)),
    "replay": True,
    "expires_at": START + 2,
    "new": True,
}


@pytest.mark.parametrize(
    "name", [field.name for field in fields(ReadingMessage) if field.name != "body"]
)
def test_whatever_is_changed_of_a_message_that_was_read_is_what_is_sent(name):
    segments = tuple(cut_into_segments([reading("a"), reading("b")], 500))
    found = ReadingMessage.decode(ReadingMessage("request-1", START, segments).encode())
    changed = replace(found, **{name: OTHERWISE[name]})
    assert changed != found
    again = ReadingMessage.decode(changed.encode())
    assert again == changed
    part = again.bringing(again.segments[1:])
    assert part == replace(changed, segments=changed.segments[1:])
    assert ReadingMessage.decode(part.encode()) == part


def with_its_digest(body):
    """The body, edited by somebody who worked out its digest anew."""
    rest = body[len('{"v":1,"digest":"') + len(digest_of("")) :]
    return f'{{"v":1,"digest":"{digest_of(rest)}{rest}'


@pytest.mark.parametrize(("said", "new"), [("true", True), ("false", False), ("1", False)])
def test_readings_are_new_only_where_a_message_says_that_this_is_true(said, new):
    message = ReadingMessage("r", START, tuple(cut_into_segments([reading()], 1)), new=True)
    body = with_its_digest(message.encode().replace('"new":true', f'"new":{said}'))
    assert ReadingMessage.decode(body) == replace(message, new=new)


def test_nobody_but_ingest_says_that_readings_are_new():
    message = ReadingMessage("r", START, tuple(cut_into_segments([reading()], 1)), new=True)
    assert ReadingMessage.decode(message.encode()).new
    assert not ReadingMessage.decode(by_hand(message)).new


@pytest.mark.parametrize("key", ["", None, 7, f"{START:013d}#00000000000000000000"])
def test_a_key_that_is_not_that_of_the_readings_is_poison(key):
    message = ReadingMessage("r", START, tuple(cut_into_segments([reading()], 1)))
    (segment,) = json.loads(message.encode())["segments"]
    with pytest.raises(Invalid, match="not valid") as caught:
        ReadingMessage.decode(by_hand(message, segments=[{**segment, "key": key}]))
    (fault,) = caught.value.faults
    assert (fault.path, message.segments[0].key in fault.message) == ("key", True)


@pytest.mark.parametrize("rest", ['"}', '","segments":[]}', '","segments":7}', '"', '",{}'])
def test_a_digest_makes_no_message_of_what_is_none(rest):
    with pytest.raises(Refused):
        ReadingMessage.decode(f'{{"v":1,"digest":"{digest_of(rest)}{rest}')


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
