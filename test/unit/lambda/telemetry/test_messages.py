from samples.readings import START, reading

from telemetry.messages import MAX_MESSAGE_BYTES, messages_of
from telemetry.segmenting import MAX_READING_BYTES, cut_into_segments


def test_no_message_is_longer_than_the_limit():
    text = "x" * (MAX_READING_BYTES - 20)
    large = [reading(timestamp=START + n, text=text) for n in range(5)]
    small = [reading(device_id=f"d{n}" * 30, timestamp=START) for n in range(1_000)]
    messages = list(messages_of(cut_into_segments([*large, *small], 500), "request-1", START))
    assert max(len(message.encode()) for message in messages) <= MAX_MESSAGE_BYTES
    assert sum(len(one.readings) for m in messages for one in m.segments) == 1_005
