"""What the use cases of device states need from the world."""

from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Protocol

from states.messages import CountMessage
from states.model import Chunk, Count, StateSubmission


@dataclass(frozen=True, slots=True)
class KeptBody:
    """Where a body is kept, whose it is, and when it came, in ms since the epoch."""

    raw_key: str
    digest: str
    arrived_at: int


@dataclass(frozen=True, slots=True)
class Tally:
    """A day's counts in order of type and state, and the rows that they are added up from."""

    counts: tuple[Count, ...]
    rows: Mapping[str, int]


class RawBodies(Protocol):
    """Submissions as they were sent."""

    def keep(self, submission: StateSubmission) -> None:
        """Keep the body durably; what is there already stays as it is."""

    def holding(self, day: str, since: str) -> Iterator[KeptBody]:
        """The bodies that may have states of a UTC day, YYYY-MM-DD, among those that arrived on the
        day `since` or later, in the order of the days on which they arrived."""

    def read(self, raw_key: str) -> bytes | None:
        """A body as it was sent; None if it has expired."""


class CountQueue(Protocol):
    """The way from ingest to count."""

    def send(self, messages: Iterable[CountMessage]) -> None:
        """Hand every message over durably; raises PartlySent if some may have left."""


class Counters(Protocol):
    """Counts by day, type and state."""

    def add(self, chunk: Chunk, arrived_at: int) -> bool:
        """Count a chunk, unless one that arrived within the 30 days before was counted.

        Returns whether this call counted it.
        """

    def counted(self, chunks: Collection[Chunk], now: int) -> set[str]:
        """The markers of those chunks that were counted, as far as is still known."""

    def read(self, day: str) -> Tally:
        """The counts of a UTC day as they are at this moment."""

    def correct(self, difference: Count, seen: Tally) -> None:
        """Add a difference, which may be negative; raises Conflict if somebody else did since."""
