"""Processing again what lies in the raw table."""

from array import array
from collections.abc import Callable
from dataclasses import dataclass
from itertools import groupby

from telemetry.messages import messages_of
from telemetry.ports import RawReadings, ReadingQueue, Span, StoredSegment

# Segments handed over together: a few messages, well within one call's time.
_SEGMENTS_AT_ONCE = 50


@dataclass(frozen=True, slots=True)
class ReprocessRequest:
    """One device's readings of a span, to be processed again, or only counted."""

    device_id: str
    span: Span
    dry_run: bool


@dataclass(frozen=True, slots=True)
class Reprocessed:
    """How many readings of the span were enqueued, and where to go on if time ran out."""

    readings: int
    next_start: int | None = None


class Reprocess:
    """Enqueues raw segments once more."""

    def __init__(self, raw: RawReadings, queue: ReadingQueue) -> None:
        self._raw, self._queue = raw, queue

    def __call__(
        self, request: ReprocessRequest, request_id: str, out_of_time: Callable[[], bool]
    ) -> Reprocessed:
        """Enqueue every segment with a reading in the span; safe to repeat.

        Segments are processed whole, so readings just outside the span may be processed again too.
        """
        span = request.span
        enqueued_at = array("q")
        batch: list[StoredSegment] = []
        for stored in self._raw.read(request.device_id, span, newest_first=False):
            segment = stored.segment
            moments = [reading.timestamp for reading in segment.readings]
            inside = [moment for moment in moments if span.start <= moment < span.end]
            if not inside:
                continue
            if out_of_time() and segment.first > span.start:
                self._enqueue(batch, request, request_id)
                # What lies beyond is counted by the call that goes on from there.
                before = sum(moment < segment.first for moment in enqueued_at)
                return Reprocessed(before, next_start=segment.first)
            enqueued_at.extend(inside)
            batch.append(stored)
            if len(batch) == _SEGMENTS_AT_ONCE:
                self._enqueue(batch, request, request_id)
                batch = []
        self._enqueue(batch, request, request_id)
        return Reprocessed(len(enqueued_at))

    def _enqueue(
        self, batch: list[StoredSegment], request: ReprocessRequest, request_id: str
    ) -> None:
        if not batch or request.dry_run:
            return
        # When a reading arrived decides what it may do, and until when it is kept, if not for ever:
        # processing it again changes neither.
        arrivals = groupby(batch, key=lambda stored: (stored.received_at, stored.expires_at))
        self._queue.send(
            message
            for (received_at, expires_at), arrived in arrivals
            for message in messages_of(
                [stored.segment for stored in arrived],
                request_id,
                received_at,
                replay=True,
                expires_at=expires_at,
            )
        )
