"""Stored segments merged into one strict order, every reading once."""

from collections.abc import Iterable, Iterator, Sequence
from heapq import heappop, heappush
from itertools import count

from readings.model import MAX_SEGMENT_SPAN_MS, Position, Reading
from telemetry.ports import Span, StoredSegment

Placed = tuple[Reading, StoredSegment]


class Merge:
    """Readings of a span in order of position, each once, however segments overlap or repeat.

    stored: in the order of their keys. after: only what comes after this position, if one is given.
    segments: how many were looked at so far. longest_ms: how much the longest of them spans.
    """

    def __init__(
        self,
        stored: Iterable[StoredSegment],
        span: Span,
        *,
        newest_first: bool,
        after: Position | None,
    ) -> None:
        self._stored, self._span, self._after = stored, span, after
        self._newest_first, self._sign = newest_first, -1 if newest_first else 1
        self._waiting: list[tuple[int, int, Placed]] = []
        self._arrival = count()
        self.segments = self.longest_ms = 0

    def __iter__(self) -> Iterator[Placed]:
        for stored in self._stored:
            segment = stored.segment
            self.segments += 1
            self.longest_ms = max(self.longest_ms, segment.last - segment.first)
            self._take_in(stored)
            # Neither this segment nor any still to come holds a reading on this side of the bound.
            bound = segment.first + MAX_SEGMENT_SPAN_MS if self._newest_first else segment.first
            yield from self._due(self._sign * bound)
        yield from self._due(None)

    def known(self) -> Iterator[Reading]:
        """Readings that certainly follow, though their order is not certain yet."""
        return (reading for _, _, (reading, _) in self._waiting)

    def _take_in(self, stored: StoredSegment) -> None:
        start, end = self._span.start, self._span.end
        for reading in stored.segment.readings:
            if start <= reading.timestamp < end:
                rank = self._sign * reading.timestamp
                heappush(self._waiting, (rank, next(self._arrival), (reading, stored)))

    def _due(self, bound: int | None) -> Iterator[Placed]:
        waiting, after = self._waiting, self._after
        while waiting and (bound is None or waiting[0][0] < bound):
            rank, _, placed = heappop(waiting)
            together = [placed]
            while waiting and waiting[0][0] == rank:
                together.append(heappop(waiting)[2])
            if len(together) > 1 or (after and placed[0].timestamp == after.timestamp):
                yield from self._in_order(together)
            else:
                # Alone in its moment: its digest, which takes time to work out, decides nothing.
                yield placed

    def _in_order(self, together: Sequence[Placed]) -> Iterator[Placed]:
        """Readings of one moment, each once, those at the position and before it left out."""
        found = [(placed[0].position, placed) for placed in together]
        # Of a reading that was sent again in another batch, what arrived first is shown.
        found.sort(key=lambda one: one[1][1].received_at)
        found.sort(key=lambda one: one[0], reverse=self._newest_first)
        last = self._after
        for position, placed in found:
            beyond = last is None or (position < last if self._newest_first else position > last)
            if beyond:
                last = position
                yield placed
