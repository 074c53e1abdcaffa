"""The ports of evaluation, met in memory: for tests, with the same promises as the real ones."""

from collections.abc import Collection, Iterator, Mapping
from dataclasses import replace
from threading import Lock

from alerting.alerts.adapters.memory import MemoryAlerts
from alerting.errors import Superseded
from alerting.evaluation.movement import Movement
from alerting.evaluation.ports import DeviceRule, FiredBefore, Held

_MOST_TOGETHER = 98


class MemoryRuleStates:
    """States in a dictionary, beside the alerts that a commit concerns."""

    def __init__(self, alerts: MemoryAlerts) -> None:
        self._alerts = alerts
        self._moving = Lock()
        self.states: dict[DeviceRule, Held] = {}

    def held(self, keys: Collection[DeviceRule]) -> Mapping[DeviceRule, Held]:
        """What is kept under these keys at this moment; every key has an answer."""
        return {key: self.states.get(key, Held()) for key in keys}

    def commit(self, movement: Movement, held: Held, now: int) -> Held:
        """Keep where a movement ends, its alerts with it: all, or nothing."""
        key = (movement.device_id, movement.rule.rule_id)
        with self._moving:
            self._require(key, held)
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
            self.states[key] = Held(movement.state, held.version + 1)
            return self.states[key]

    def unwatch(self, key: DeviceRule, held: Held, _now: int) -> None:
        """Look no more whether the device is silent; raises Superseded."""
        with self._moving:
            self._require(key, held)
            if held.state is not None:
                self.states[key] = Held(replace(held.state, check_at=None), held.version + 1)

    def to_check(self, now: int) -> Iterator[DeviceRule]:
        """States that wait for a look whether the device is silent, the longest waiting first."""
        due = [
            (held.state.check_at, key)
            for key, held in self.states.items()
            if held.state is not None
            and held.state.check_at is not None
            and held.state.check_at <= now
        ]
        yield from (key for _, key in sorted(due))

    def watched(self, rule_id: str) -> Iterator[DeviceRule]:
        """Every state of the rule that waits for such a look, however late."""
        for key, held in list(self.states.items()):
            if key[1] == rule_id and held.state is not None and held.state.check_at is not None:
                yield key

    def _require(self, key: DeviceRule, held: Held) -> None:
        if self.states.get(key, Held()).version != held.version:
            raise Superseded("The state was moved by someone else.")
