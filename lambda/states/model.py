"""Device states, what they add up to, and the submissions that bring them."""

import hashlib
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from kernel.clock import day_of

# A transaction takes 100 items: the marker, and a counter for each of these.
MAX_COUNTERS = 99


@dataclass(frozen=True, slots=True)
class DeviceState:
    """What happened to a device of some type, and when, in ms since the epoch."""

    type: str
    state: str
    timestamp: int


@dataclass(frozen=True, slots=True, order=True)
class Count:
    """How many devices of a type came into a state on a UTC day, YYYY-MM-DD."""

    date: str
    type: str
    state: str
    count: int


@dataclass(frozen=True, slots=True)
class Chunk:
    """A part of a submission's counts that is counted as a whole, or not at all."""

    submission: str
    place: int
    counts: tuple[Count, ...]

    @property
    def marker(self) -> str:
        """What tells that the chunk has been counted."""
        return f"states#{self.submission}#{self.place}"


@dataclass(frozen=True, slots=True)
class Submission:
    """One body of device states: `digest` is its identity, `raw_key` where it is kept."""

    body: bytes
    digest: str
    arrived_at: int
    request_id: str
    states: tuple[DeviceState, ...]

    @property
    def raw_key(self) -> str:
        """The day of arrival, and the identity."""
        return f"raw/{day_of(self.arrived_at)}/{self.digest}.json"


def submission_digest(body: bytes, key: str = "") -> str:
    """The identity of a body; with a key, of the body under that key."""
    return hashlib.sha256(body + key.encode()).hexdigest()[:32]


def total(states: Iterable[DeviceState]) -> list[Count]:
    """What the states add up to, in order of day, type and state."""
    counted = Counter((day_of(one.timestamp), one.type, one.state) for one in states)
    return [Count(*key, counted[key]) for key in sorted(counted)]


def chunks_of(digest: str, counts: Sequence[Count]) -> Iterator[Chunk]:
    """The counts of a submission in chunks; the same submission is always cut the same way."""
    for place, start in enumerate(range(0, len(counts), MAX_COUNTERS)):
        yield Chunk(digest, place, tuple(counts[start : start + MAX_COUNTERS]))
