"""Device states, what they add up to, and the submissions that bring them."""

import hashlib
import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from kernel.clock import day_of

# A transaction takes 100 items: the marker, and a counter for each of these.
MAX_COUNTERS = 99

_HELD_DAYS = re.compile(r"raw/[^/]+/([0-9-]{10})_([0-9-]{10})/[^/]+")


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
class StateSubmission:
    """One body of device states: `digest` is its identity, `raw_key` where it is kept."""

    body: bytes
    digest: str
    arrived_at: int
    request_id: str
    states: tuple[DeviceState, ...]

    @property
    def raw_key(self) -> str:
        """The day of arrival, the first and the last day that it has states of, the identity."""
        moments = [one.timestamp for one in self.states]
        held = f"{day_of(min(moments))}_{day_of(max(moments))}"
        return f"raw/{day_of(self.arrived_at)}/{held}/{self.digest}.json"


def may_hold(raw_key: str, day: str) -> bool:
    """Whether the body that is kept there may have states of a UTC day, YYYY-MM-DD.

    Keys of 0.1.0 do not say which days their bodies have states of.
    """
    held = _HELD_DAYS.fullmatch(raw_key)
    return held is None or held[1] <= day <= held[2]


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
