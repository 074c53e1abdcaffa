"""How many segments a read asks DynamoDB for: in few calls, and little that nobody uses.

A query is billed by what it looks at, whatever is used of it, and nobody knows beforehand whether a
segment holds one reading or five hundred.
"""

from collections.abc import Iterable
from math import ceil, isqrt

from readings.model import MAX_SEGMENT_SPAN_MS
from telemetry.ports import Need, Span

# Who wants everything comes to DynamoDB's 1 MB a call in a few steps.
_FIRST_OF_ALL = 64
_MOST = 4_096
# A guess, before anything was seen.
_READINGS_A_SEGMENT = 100
# What lies ahead may be less dense than what was seen.
_MOST_GROWTH = 8


class Pace:
    """The size of each call of a read, learnt from what the calls before brought.

    size: how many segments the next call asks for. earliest: when the first segment may begin, in
    ms since the epoch.
    """

    def __init__(self, need: Need, span: Span, *, newest_first: bool) -> None:
        self.newest_first = newest_first
        self.earliest = span.start - need.longest_ms
        if need.readings is None:
            self.size = _FIRST_OF_ALL
        elif need.segments is None:
            self.size = ceil(need.readings / _READINGS_A_SEGMENT) + 1
        else:
            # Segments differ in size: a few more cost less than another call.
            self.size = min(need.segments + isqrt(need.segments) // 2, _MOST)
        self._wanted, self._span = need.readings, span
        self._calls = self._looked_at = self._segments = self._readings = 0
        self._begun_at: int | None = None if newest_first else self.earliest
        self._enough_at: int | None = None

    def learn(self, found: Iterable[tuple[int, int]], reached: int | None) -> None:
        """Take in what a call brought: when each segment begins, and how many readings it holds.

        reached: when the last segment begins that the call looked at; None if that was the end.
        """
        self._calls += 1
        for begin, readings in found:
            self._count(begin, readings)
        if reached is not None:
            self._looked_at += self.size
            ahead = self._ahead(reached)
            # One correction may be small. Then calls grow, or bad guesses would make many of them.
            least = 1 if ahead and self._calls == 1 else 2 * self.size
            self.size = min(max(ahead, least), _MOST)

    def _count(self, begin: int, readings: int) -> None:
        if self._begun_at is None:
            self._begun_at = begin
        # Of what began before the span, nobody knows yet how much lies in it.
        if begin >= self._span.start:
            self._segments += 1
            self._readings += readings
            if self._enough_at is None and self._readings >= (self._wanted or 0):
                self._enough_at = begin

    def _ahead(self, at: int) -> int:
        """How many segments beyond this moment are likely to be used; 0 if that is not known."""
        if self._wanted is None:
            return 0
        if self._readings == 0:
            return self._between(at, self._span.start)
        if self._readings < self._wanted:
            return ceil((self._wanted - self._readings) * self._segments / self._readings)
        if self.newest_first and self._enough_at is not None:
            # What begins later than that may hold a reading among those that are wanted.
            return self._between(at, self._enough_at - MAX_SEGMENT_SPAN_MS)
        return 0

    def _between(self, at: int, moment: int) -> int:
        """How many segments lie from one moment to another, if as close as before."""
        ahead = at - moment if self.newest_first else moment - at
        passed = max(1, abs(at - (self._begun_at or at)))
        return min(ceil(self._looked_at * max(ahead, 0) / passed), _MOST_GROWTH * self._looked_at)
