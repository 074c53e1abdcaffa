"""What evaluation needs from the world."""

from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Protocol

from alerting.evaluation.history import Arrival, Received
from alerting.evaluation.movement import Movement
from alerting.evaluation.state import RuleState
from kernel.errors import Conflict

DeviceRule = tuple[str, str]
"""A device's id and a rule's."""


class FiredBefore(Conflict):
    """Alerts that were taken for new are there already; `alert_ids` names them."""

    def __init__(self, alert_ids: Collection[str]) -> None:
        super().__init__("Alerts were fired before.")
        self.alert_ids = frozenset(alert_ids)


@dataclass(frozen=True, slots=True)
class VersionedState:
    """A state as it is kept, and which write it is of; `version` 0 was never written."""

    state: RuleState | None = None
    version: int = 0


class RuleStates(Protocol):
    """Where the rules stand, by device and rule."""

    def load(self, keys: Collection[DeviceRule]) -> Mapping[DeviceRule, VersionedState]:
        """What is kept under these keys at this moment; every key has an answer."""

    def commit(self, movement: Movement, loaded: VersionedState, now: int) -> VersionedState:
        """Keep where a movement ends, its alerts with it: all, or nothing.

        Alerts that have expired meanwhile are left alone. Raises StaleVersion if someone else moved
        the state, and FiredBefore.
        """

    def unwatch(self, key: DeviceRule, loaded: VersionedState, now: int) -> None:
        """Look no more whether the device is silent; raises StaleVersion."""

    def to_check(self, now: int) -> Iterator[DeviceRule]:
        """States that wait for a look whether the device is silent, the longest waiting first."""

    def watched(self, rule_id: str) -> Iterator[DeviceRule]:
        """Every state of the rule that waits for such a look, however late."""


class StoredReadings(Protocol):
    """The readings that were processed, with all that processing adds."""

    def since(self, device_id: str, start: int, end: int, longest_ms: int) -> Iterable[Received]:
        """Every segment with a reading from `start` up to `end`, in ms since the epoch, as stored
        at this moment, with the moment it was received.

        longest_ms: segments that span more may be missed.
        """

    def newest(self, device_id: str, start: int, end: int) -> Iterator[Arrival]:
        """The segments with a reading from `start` up to `end`, in ms since the epoch, newest
        first; taking more of them reads more."""
