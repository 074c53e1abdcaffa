"""What was sent held against what the API counts."""

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol, TypeVar

from iot_pipeline import PipelineClient
from iot_pipeline.cli.simulation.pacing import Timing
from iot_pipeline.cli.simulation.plan import Plan
from iot_pipeline.events import Event
from iot_pipeline.moments import ms_to_iso
from iot_pipeline.readings import Reading
from iot_pipeline.states import DeviceState

_T_contra = TypeVar("_T_contra", contravariant=True)
_K = TypeVar("_K")

ARRIVAL_LIMIT_SECONDS = 300
"""Longer than a message is hidden after a failed attempt."""

POLL_SECONDS = 1.0

Key = tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Verdict:
    """What was counted of what was sent, by device or by counter, and what is wrong."""

    expected: Mapping[Key, int]
    found: Mapping[Key, int]

    @property
    def wrong(self) -> list[str]:
        """One line for each count that is not what was sent."""
        return [
            f"{' · '.join(key)}: {self.found.get(key, 0):,} counted, {count:,} sent"
            for key, count in sorted(self.expected.items())
            if self.found.get(key, 0) != count
        ]


class Check(Protocol[_T_contra]):
    """Takes note of what is sent, and tells whether it was counted."""

    def note(self, group: Sequence[_T_contra]) -> None:
        """Take note of items that were accepted."""

    def verdict(self) -> Verdict:
        """Wait until everything is counted, or nothing more comes, and compare."""


class DeviceCounts:
    """Counts by device what the API holds of the run's own devices."""

    def __init__(self, client: PipelineClient, plan: Plan, timing: Timing) -> None:
        self._client = client
        self._plan = plan
        self._timing = timing
        self._sent: Counter[Key] = Counter()
        self._found: Counter[Key] = Counter()

    def note(self, group: Sequence[Reading | Event]) -> None:
        """Take note of items that were accepted."""
        self._sent.update((item.device_id,) for item in group)

    def verdict(self) -> Verdict:
        """Wait until everything is counted, or nothing more comes, and compare."""
        return Verdict(self._sent, _arrived(self._look, self._sent, self._timing))

    def _look(self) -> Counter[Key]:
        for key, count in self._sent.items():
            if self._found[key] != count:
                self._found[key] = self._count(*key)
        return self._found.copy()

    def _count(self, device_id: str) -> int:
        items = self._client.readings.query(
            device_id, start=self._plan.start_ms, end=self._plan.end_ms
        )
        return sum(1 for _ in items)


class StateGrowth:
    """Compares by how much the counters have grown since the check was made."""

    def __init__(self, client: PipelineClient, plan: Plan, timing: Timing) -> None:
        self._client = client
        self._plan = plan
        self._timing = timing
        self._sent: Counter[Key] = Counter()
        self._before = self._counters()

    def note(self, group: Sequence[DeviceState]) -> None:
        """Take note of items that were accepted."""
        self._sent.update(
            (ms_to_iso(one.timestamp_ms)[: len("YYYY-MM-DD")], one.type, one.state) for one in group
        )

    def verdict(self) -> Verdict:
        """Wait until everything is counted, or nothing more comes, and compare."""
        return Verdict(self._sent, _arrived(self._look, self._sent, self._timing))

    def _look(self) -> Counter[Key]:
        now = self._counters()
        return Counter({key: now[key] - self._before[key] for key in self._sent})

    def _counters(self) -> Counter[Key]:
        return Counter(
            {
                (one.date, one.type, one.state): one.count
                for day in self._plan.days()
                for one in self._client.states.stats(day)
            }
        )


def _arrived(look: Callable[[], Counter[_K]], sent: Counter[_K], timing: Timing) -> Counter[_K]:
    """What is counted once that is all, or too much, or has stood still for the limit."""
    found = look()
    moved_at = timing.monotonic_seconds()
    while found != sent and found <= sent:
        if timing.monotonic_seconds() - moved_at >= ARRIVAL_LIMIT_SECONDS:
            break
        timing.wait(POLL_SECONDS)
        latest = look()
        if latest != found:
            found, moved_at = latest, timing.monotonic_seconds()
    return found
