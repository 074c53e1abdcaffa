"""Segments put into as few queue messages as their limit of 200 KB allows."""

from collections.abc import Iterable, Iterator

from readings.messages import ReadingMessage
from readings.model import Segment

MAX_MESSAGE_BYTES = 200_000
_ENVELOPE_BYTES = 1_000


def messages_of(
    segments: Iterable[Segment],
    request_id: str,
    received_at: int,
    *,
    replay: bool = False,
    expires_at: int | None = None,
    new: bool = False,
) -> Iterator[ReadingMessage]:
    """As few messages as the size limit allows, each with whole segments of one request."""

    def message() -> ReadingMessage:
        return ReadingMessage(request_id, received_at, tuple(batch), replay, expires_at, new)

    batch: list[Segment] = []
    size = _ENVELOPE_BYTES
    for segment in segments:
        segment_bytes = _encoded_bytes(segment)
        if batch and size + segment_bytes > MAX_MESSAGE_BYTES:
            yield message()
            batch, size = [], _ENVELOPE_BYTES
        batch.append(segment)
        size += segment_bytes
    if batch:
        yield message()


def _encoded_bytes(segment: Segment) -> int:
    fixed = len('{"timestamp":,"sensor_data":},') + len(str(segment.first))
    envelope = len('{"device_id":"","key":"","readings":[]},')
    envelope += len(segment.device_id) + len(segment.key)
    return envelope + sum(len(reading.text) + fixed for reading in segment.readings)
