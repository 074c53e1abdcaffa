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
) -> Iterator[ReadingMessage]:
    """As few messages as the size limit allows, each with whole segments of one request."""
    batch: list[Segment] = []
    size = _ENVELOPE_BYTES
    for segment in segments:
        segment_bytes = _encoded_bytes(segment)
        if batch and size + segment_bytes > MAX_MESSAGE_BYTES:
            yield ReadingMessage(request_id, received_at, tuple(batch), replay, expires_at)
            batch, size = [], _ENVELOPE_BYTES
        batch.append(segment)
        size += segment_bytes
    if batch:
        yield ReadingMessage(request_id, received_at, tuple(batch), replay, expires_at)


def _encoded_bytes(segment: Segment) -> int:
    fixed = len('{"timestamp":,"sensor_data":},') + len(str(segment.first))
    envelope = len('{"device_id":"","readings":[]},') + len(segment.device_id)
    return envelope + sum(len(reading.text) + fixed for reading in segment.readings)
