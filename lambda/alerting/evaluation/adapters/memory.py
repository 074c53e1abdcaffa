"""The ports of evaluation, met in memory: for tests, with the same promises as the real ones."""

from collections.abc import Collection, Iterator, Mapping
from dataclasses import replace
from threading import Lock

from alerting.alerts.adapters.memory import MemoryAlerts
from alerting.errors import StaleVersion
from alerting.evaluation.movement import Movement
from alerting.evaluation.ports import DeviceRule, FiredBefore, VersionedState

_MOST_TOGETHER = 98


class MemoryRuleStates:
    """States in a dictionary, beside the alerts that a commit concerns."""

    def __init__(self, alerts: MemoryAlerts) -> None:
        self._alerts = alerts
        self._moving = Lock()
        self.states: dict[DeviceRule, VersionedState] = {}

    def load(self, keys: Collection[DeviceRule]) -> Mapping[DeviceRule, VersionedState]:
        """What is kept under these keys at this moment; every key has an answer."""
        return {key: self.states.get(key, VersionedState()) for key in keys}

    def commit(self, movement: Movement, loaded: VersionedState, now: int) -> VersionedState:
        """Keep where a movement ends, its alerts with it: all, or nothing."""
        key = (movement.device_id, movement.rule.rule_id)
        with self._moving:
            self._require(key, loaded)
            affected = len(movement.fired) + len(movement.amended) + len(movement.closed)
            if affected > _MOST_TOGETHER:
                raise ValueError("More alerts than a transaction takes beside the state.")
            if there := self._alerts.alerts.keys() & movement.fired.keys():
                raise FiredBefore(there)
            for alert in movement.fired.values():
                self._alerts.keep(alert, now)
            for alert_id, ending in movement.amended.items():
                self._alerts.amend(alert_id, ending, movement.rule.revision)
            for alert_id, resolved_at in movement.closed.items():
                self._alerts.resolve(alert_id, resolved_at)
            self.states[key] = VersionedState(movement.state, loaded.version + 1)
            return self.states[key]

    def unwatch(self, key: DeviceRule, loaded: VersionedState, _now: int) -> None:
        """Look no more whether the device is silent; raises StaleVersion."""
        with self._moving:
            self._require(key, loaded)
            if loaded.state is not None:
                self.states[key] = VersionedState(
                    replace(loaded.state, check_at=None), loaded.version + 1
                )

    def to_check(self, now: int) -> Iterator[DeviceRule]:
        """States that wait for a look whether the device is silent, the longest waiting first."""
        due = [
            (loaded.state.check_at, key)
            for key, loaded in self.states.items()
            if loaded.state is not None
            and loaded.state.check_at is not None
            and loaded.state.check_at <= now
        ]
        yield from (key for _, key in sorted(due))

    def watched(self, rule_id: str) -> Iterator[DeviceRule]:
        """Every state of the rule that waits for such a look, however late."""
        for key, loaded in list(self.states.items()):
            if key[1] == rule_id and loaded.state is not None and loaded.state.check_at is not None:
                yield key

    def _require(self, key: DeviceRule, loaded: VersionedState) -> None:
        if self.states.get(key, VersionedState()).version != loaded.version:
            raise StaleVersion("The state was moved by someone else.")
