"""Processing again what lies in the raw table."""

from array import array
from collections.abc import Callable
from dataclasses import dataclass

from kernel.clock import Clock
from telemetry.messages import messages_of
from telemetry.model import Segment
from telemetry.ports import RawReadings, ReadingQueue, Span

# Segments handed over together: a few messages, well within one call's time.
_SEGMENTS_AT_ONCE = 50


@dataclass(frozen=True, slots=True)
class ReplayRequest:
    """One device's readings of a span, to be processed again, or only counted."""

    device_id: str
    span: Span
    dry_run: bool


@dataclass(frozen=True, slots=True)
class Replayed:
    """How many readings of the span were enqueued, and where to go on if time ran out."""

    readings: int
    next_start: int | None = None


class Replay:
    """Enqueues raw segments once more."""

    def __init__(self, raw: RawReadings, queue: ReadingQueue, clock: Clock) -> None:
        self._raw, self._queue, self._clock = raw, queue, clock

    def __call__(
        self, request: ReplayRequest, request_id: str, out_of_time: Callable[[], bool]
    ) -> Replayed:
        """Enqueue every segment with a reading in the span; safe to repeat.

        Segments are processed whole, so readings just outside the span may be processed again too.
        """
        span = request.span
        enqueued_at = array("q")
        batch: list[Segment] = []
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
                return Replayed(before, next_start=segment.first)
            enqueued_at.extend(inside)
            batch.append(segment)
            if len(batch) == _SEGMENTS_AT_ONCE:
                self._enqueue(batch, request, request_id)
                batch = []
        self._enqueue(batch, request, request_id)
        return Replayed(len(enqueued_at))

    def _enqueue(self, batch: list[Segment], request: ReplayRequest, request_id: str) -> None:
        if batch and not request.dry_run:
            self._queue.send(messages_of(batch, request_id, self._clock(), replay=True))
