"""Counting again: a day rebuilt from what was kept as sent, compared with its counters."""

from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field

from edge.idempotency import REMEMBERED_FOR_MS
from kernel.clock import DAY_MS, Clock, day_of
from kernel.errors import Refused, TryAgainLater
from states.messages import CountMessage
from states.model import Chunk, Count, chunks_of, total
from states.parsing import parse_states
from states.ports import Counters, CountQueue, KeptBody, RawBodies, Tally

_ATTEMPTS = 5
_FOREVER = 2**62
# Fewer than the connections that a client keeps.
_READ_AT_ONCE = 10

Waiting = tuple[str, int]
"""Where a submission is kept, and which of its chunks is not counted yet."""


@dataclass(frozen=True, slots=True)
class Compared:
    """One counter: what was kept as sent, and what was counted."""

    type: str
    state: str
    kept: int
    counted: int


@dataclass(frozen=True, slots=True)
class Recounted:
    """A day's counters compared.

    `pending` chunks are kept and not counted yet. `expired` bodies were gone before they could be
    read: what they held is missing in what is kept.
    """

    submissions: int
    items: int
    counters: tuple[Compared, ...]
    pending: int
    expired: int
    repaired: bool

    @property
    def differences(self) -> tuple[Compared, ...]:
        """The counters that are wrong."""
        return tuple(one for one in self.counters if one.kept != one.counted)


@dataclass(frozen=True, slots=True)
class _Kept:
    """A submission with `items` of the day in it, without what takes much room."""

    body: KeptBody
    chunks: tuple[Chunk, ...]
    items: int


@dataclass
class _Seen:
    """What a run has looked at so far, what it found of the day, and what was gone by then."""

    raw_keys: set[str] = field(default_factory=set)
    counted_until: dict[str, int] = field(default_factory=dict)
    kept: list[_Kept] = field(default_factory=list)
    expired: int = 0


class Recount:
    """Rebuilds a day from the bodies that may have states of it."""

    def __init__(
        self,
        bodies: RawBodies,
        counters: Counters,
        queue: CountQueue,
        clock: Clock,
        retention_days: int,
    ) -> None:
        self._bodies, self._counters = bodies, counters
        self._queue, self._clock = queue, clock
        self._kept_for_ms = retention_days * DAY_MS

    def __call__(self, day: str, first_ms: int, *, repair: bool) -> Recounted:
        """Compare a day, which begins at `first_ms`; with `repair`, make its counters right.

        Chunks that are not counted yet are no difference; repairing sends them again. Raises
        Refused for the repair of a day whose bodies may have begun to expire, or do so meanwhile,
        and TryAgainLater while the day is being counted all the time.
        """
        if repair and self._clock() >= first_ms + self._kept_for_ms:
            raise _not_whole(day)
        seen = _Seen()
        for _ in range(_ATTEMPTS):
            before = self._counters.read(day)
            self._look_at_bodies(day, first_ms, seen)
            if repair and seen.expired:
                raise _not_whole(day)
            pending = self._pending(seen.kept)
            if self._counters.read(day) == before:
                return self._compared(day, seen, pending, before, repair=repair)
        raise TryAgainLater(f"The counters of {day} are moving: try again in a moment.")

    def _look_at_bodies(self, day: str, first_ms: int, seen: _Seen) -> None:
        # Nothing can arrive before the day it is of, but for clocks that are minutes ahead.
        counting: list[KeptBody] = []
        for body in self._bodies.holding(day, since=day_of(first_ms - DAY_MS)):
            if body.raw_key in seen.raw_keys:
                continue
            seen.raw_keys.add(body.raw_key)
            # The same body again counts nothing for thirty days.
            if body.arrived_at >= seen.counted_until.get(body.digest, 0):
                seen.counted_until[body.digest] = body.arrived_at + REMEMBERED_FOR_MS
                counting.append(body)
        with ThreadPoolExecutor(_READ_AT_ONCE) as pool:
            for kept in pool.map(lambda body: self._kept(body, day), counting):
                if kept is None:
                    seen.expired += 1
                elif kept.items:
                    seen.kept.append(kept)

    def _kept(self, body: KeptBody, day: str) -> _Kept | None:
        content = self._bodies.read(body.raw_key)
        if content is None:
            return None
        counts = total(parse_states(content, _FOREVER))
        items = sum(one.count for one in counts if one.date == day)
        return _Kept(body, tuple(chunks_of(body.digest, counts)) if items else (), items)

    def _pending(self, kept: list[_Kept]) -> set[Waiting]:
        now = self._clock()
        # Markers are forgotten after thirty days. No message lives as long as that, nor as a day
        # less, which spares comparing S3's clock with our own.
        young = {
            (one.body.raw_key, chunk.place): chunk
            for one in kept
            if one.body.arrived_at + REMEMBERED_FOR_MS - DAY_MS > now
            for chunk in one.chunks
        }
        counted = self._counters.counted(young.values(), now)
        return {waiting for waiting, chunk in young.items() if chunk.marker not in counted}

    def _compared(
        self, day: str, seen: _Seen, pending: set[Waiting], tally: Tally, *, repair: bool
    ) -> Recounted:
        should: Counter[tuple[str, str]] = Counter()
        for one in seen.kept:
            for chunk in one.chunks:
                if (one.body.raw_key, chunk.place) not in pending:
                    for count in chunk.counts:
                        if count.date == day:
                            should[(count.type, count.state)] += count.count
        found = {(one.type, one.state): one.count for one in tally.counts}
        counters = tuple(
            Compared(*key, kept=should[key], counted=found.get(key, 0))
            for key in sorted(should.keys() | found.keys())
        )
        if repair:
            self._repair(day, seen.kept, pending, counters, tally)
        items = sum(one.items for one in seen.kept)
        return Recounted(len(seen.kept), items, counters, len(pending), seen.expired, repair)

    def _repair(
        self,
        day: str,
        kept: list[_Kept],
        pending: set[Waiting],
        counters: tuple[Compared, ...],
        tally: Tally,
    ) -> None:
        for one in counters:
            if one.kept != one.counted:
                difference = Count(day, one.type, one.state, one.kept - one.counted)
                self._counters.correct(difference, tally)
        self._queue.send(
            CountMessage("recount", each.body.arrived_at, each.body.raw_key, chunk)
            for each in kept
            for chunk in each.chunks
            if (each.body.raw_key, chunk.place) in pending
        )


def _not_whole(day: str) -> Refused:
    return Refused(f"Bodies of {day} may have expired: it can be compared, not repaired.")
