"""The sweep: what no reading brings about, because silence and changed rules send none."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from functools import partial
from itertools import islice

from alerting.alerts.model import Alert
from alerting.alerts.ports import Alerts
from alerting.alerts.publishing import AlertPublisher
from alerting.errors import StaleVersion
from alerting.evaluation.moving import Mover
from alerting.evaluation.ports import DeviceRule, RuleStates, VersionedState
from alerting.rules.cache import RuleCache
from alerting.rules.definition import EVERY_DEVICE, Silence
from alerting.rules.model import Rule
from alerting.rules.ports import RuleChange, RuleChangeOutbox
from kernel import logs
from kernel.clock import Clock
from kernel.side_by_side import side_by_side

OutOfTime = Callable[[], bool]
Step = tuple[DeviceRule, Callable[[], None]]
"""What is to be done about a device, in the name of a rule."""

_READ_AT_ONCE = 100


class Sweep:
    """Draws the consequences of changed rules, finds silent devices, publishes the outbox.

    Safe to run at any moment, beside evaluation and beside itself. at_once: how many devices are
    seen to side by side.
    """

    def __init__(
        self,
        rules: RuleCache,
        states: RuleStates,
        changes: RuleChangeOutbox,
        alerts: Alerts,
        mover: Mover,
        publisher: AlertPublisher,
        clock: Clock,
        at_once: int,
    ) -> None:
        self._rules, self._states, self._changes = rules, states, changes
        self._alerts, self._mover, self._publisher = alerts, mover, publisher
        self._clock, self._at_once = clock, at_once

    def __call__(self, out_of_time: OutOfTime) -> None:
        """Do what there is to do; what no time is left for, the next sweep finds again."""
        if not (self._follow_up_changes(out_of_time) and self._find_silent(out_of_time)):
            logs.warning("sweep_out_of_time")
            return
        # Last, because each alert that cannot be published takes its time.
        self._publisher.publish_outbox(out_of_time)

    def _follow_up_changes(self, out_of_time: OutOfTime) -> bool:
        """Whether there was time for every change."""
        pending = self._changes.pending(self._clock())
        return all(self._follow_up(change, out_of_time) for change in pending)

    def _find_silent(self, out_of_time: OutOfTime) -> bool:
        """Whether there was time for every device that may be silent."""
        return self._take(self._looks(out_of_time), [], out_of_time)

    def _looks(self, out_of_time: OutOfTime) -> Iterator[Step]:
        """Look at every device that may be silent, the longest waiting first."""
        due, known = self._states.to_check(self._clock()), dict[str, Rule]()
        while keys := list(islice(due, _READ_AT_ONCE)):
            loaded = self._load(keys)
            for key in keys:
                yield key, partial(self._check, key, loaded.get(key), known, out_of_time)

    def _load(self, keys: Sequence[DeviceRule]) -> Mapping[DeviceRule, VersionedState]:
        try:
            return self._states.load(keys)
        except Exception:
            # Each is read by itself then, and whichever is at fault keeps no other from its turn.
            logs.warning("states_not_read_together", states=len(keys))
            return {}

    def _follow_up(self, change: RuleChange, out_of_time: OutOfTime) -> bool:
        """Whether there was time for all that follows of a change."""
        failed: list[DeviceRule] = []
        try:
            if not self._take(self._consequences(change, out_of_time), failed, out_of_time):
                return False
            if not failed:
                self._changes.done(change)
        except Exception:
            logs.error("change_not_followed_up", rule_id=change.rule_id)
        return True

    def _take(
        self, steps: Iterable[Step], failed: list[DeviceRule], out_of_time: OutOfTime
    ) -> bool:
        """Whether there was time for every step; those that fail are added to `failed`."""
        tasks = (partial(self._attempt, key, step, failed) for key, step in steps)
        return side_by_side(tasks, self._at_once, out_of_time)

    def _attempt(self, key: DeviceRule, step: Callable[[], None], failed: list[DeviceRule]) -> None:
        try:
            step()
        except Exception:
            # It keeps no other device from being looked at, and is found again by the next sweep.
            logs.error("device_not_swept", device_id=key[0], rule_id=key[1])
            failed.append(key)

    def _consequences(self, change: RuleChange, out_of_time: OutOfTime) -> Iterator[Step]:
        """End the alerts of the rule as it was, and watch as it is: step by step."""
        rule = self._rules.current(change.rule_id)
        for alert in self._alerts.open_alerts(change.rule_id):
            if rule is None or alert.rule_revision != rule.revision:
                key = (alert.device_id, change.rule_id)
                yield key, partial(self._end, alert, rule, change, out_of_time)
        if not change.again and rule is not None and _waits(rule):
            keys = [(device_id, rule.rule_id) for device_id in self._watched_devices(rule)]
            for start in range(0, len(keys), _READ_AT_ONCE):
                # Whoever was seen to before costs a hundredth of a read, and no write.
                for key, loaded in self._states.load(keys[start : start + _READ_AT_ONCE]).items():
                    yield key, partial(self._mover.look, rule, key[0], loaded, out_of_time)

    def _end(
        self, alert: Alert, rule: Rule | None, change: RuleChange, out_of_time: OutOfTime
    ) -> None:
        # First, because a device without an open alert is not found here a second time.
        self._check((alert.device_id, change.rule_id), None, {}, out_of_time)
        ended_at = change.changed_at if rule is None else rule.effective_at
        self._alerts.resolve(alert.alert_id, max(ended_at, alert.fired_at))

    def _check(
        self,
        key: DeviceRule,
        loaded: VersionedState | None,
        known: dict[str, Rule],
        out_of_time: OutOfTime,
    ) -> None:
        if loaded is None:
            loaded = self._states.load([key])[key]
        # As it was a moment ago will do: whoever fires anything reads it again.
        rule = known.get(key[1]) or self._rules.current(key[1])
        if rule is not None and rule.definition.applies_to(key[0]):
            known[key[1]] = rule
            self._mover.look(rule, key[0], loaded, out_of_time)
            return
        try:
            self._states.unwatch(key, loaded, self._clock())
        except StaleVersion:
            # Somebody moved it meanwhile: the next sweep finds it if it is still to be looked at.
            return

    def _watched_devices(self, rule: Rule) -> list[str]:
        """The device that the rule is for; or those that it is known to wait for."""
        if rule.definition.device_id != EVERY_DEVICE:
            return [rule.definition.device_id]
        return sorted({device_id for device_id, _ in self._states.watched(rule.rule_id)})


def _waits(rule: Rule) -> bool:
    return rule.definition.enabled and isinstance(rule.definition.condition, Silence)
