"""The states' ports, met in memory: for tests, with the same promises as the real ones."""

from collections.abc import Collection, Iterable, Iterator

from edge.idempotency import REMEMBERED_FOR_MS
from kernel.clock import day_of
from kernel.errors import Conflict
from states.messages import CountMessage
from states.model import Chunk, Count, StateSubmission, may_hold
from states.ports import KeptBody, Tally


class MemoryRawBodies:
    """Bodies in a dictionary."""

    def __init__(self) -> None:
        self.kept: dict[str, StateSubmission] = {}

    def keep(self, submission: StateSubmission) -> None:
        """Keep the body durably; what is there already stays as it is."""
        self.kept.setdefault(submission.raw_key, submission)

    def holding(self, day: str, since: str) -> Iterator[KeptBody]:
        """The bodies that may have states of a UTC day, YYYY-MM-DD, among those that arrived on the
        day `since` or later, in the order of the days on which they arrived."""
        for raw_key, one in sorted(self.kept.items()):
            if day_of(one.arrived_at) >= since and may_hold(raw_key, day):
                yield KeptBody(raw_key, one.digest, one.arrived_at)

    def read(self, raw_key: str) -> bytes | None:
        """A body as it was sent; None if it has expired."""
        kept = self.kept.get(raw_key)
        return None if kept is None else kept.body


class MemoryCountQueue:
    """Messages in a list."""

    def __init__(self) -> None:
        self.messages: list[CountMessage] = []

    def send(self, messages: Iterable[CountMessage]) -> None:
        """Hand every message over."""
        self.messages.extend(messages)


class MemoryCounters:
    """Counts and markers in dictionaries."""

    def __init__(self) -> None:
        self.counts: dict[tuple[str, str], Count] = {}
        self.markers: dict[str, int] = {}

    def add(self, chunk: Chunk, arrived_at: int) -> bool:
        """Count a chunk, unless one that arrived within the 30 days before was counted."""
        if chunk.marker in self.counted([chunk], arrived_at):
            return False
        self.markers[chunk.marker] = arrived_at + REMEMBERED_FOR_MS
        for one in chunk.counts:
            self._add(one)
        return True

    def counted(self, chunks: Collection[Chunk], now: int) -> set[str]:
        """The markers of those chunks that were counted, as far as is still known."""
        return {one.marker for one in chunks if self.markers.get(one.marker, 0) > now}

    def read(self, day: str) -> Tally:
        """The counts of a UTC day as they are at this moment."""
        counts = sorted(one for (date, _), one in self.counts.items() if date == day)
        rows = {f"{one.type}#{one.state}": one.count for one in counts}
        return Tally(tuple(one for one in counts if one.count), rows)

    def correct(self, difference: Count, seen: Tally) -> None:
        """Add a difference, which may be negative; raises Conflict if somebody else did since."""
        row = f"{difference.type}#{difference.state}"
        if self.read(difference.date).rows.get(row) != seen.rows.get(row):
            raise Conflict("The counter has changed meanwhile.")
        self._add(difference)

    def _add(self, one: Count) -> None:
        key = (one.date, f"{one.type}#{one.state}")
        before = self.counts[key].count if key in self.counts else 0
        self.counts[key] = Count(one.date, one.type, one.state, before + one.count)
