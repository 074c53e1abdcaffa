"""The sweep: what no reading brings about, because silence and changed rules send none."""

from collections.abc import Callable, Iterator
from functools import partial

from alerting.announcing import Announcer
from alerting.model import EVERY_DEVICE, Alert, Rule, Silence
from alerting.moving import Mover
from alerting.ports import (
    Alerts,
    ChangedRules,
    DeviceRule,
    RuleChange,
    RuleStates,
    Superseded,
)
from alerting.rule_cache import RuleCache
from kernel import logs
from kernel.clock import Clock

OutOfTime = Callable[[], bool]

_READ_AT_ONCE = 100


class Sweep:
    """Draws the consequences of changed rules, finds silent devices, tells what was not told.

    Safe to run at any moment, beside evaluation and beside itself.
    """

    def __init__(
        self,
        rules: RuleCache,
        states: RuleStates,
        changes: ChangedRules,
        alerts: Alerts,
        mover: Mover,
        announcer: Announcer,
        clock: Clock,
    ) -> None:
        self._rules, self._states, self._changes = rules, states, changes
        self._alerts, self._mover, self._announcer = alerts, mover, announcer
        self._clock = clock

    def __call__(self, out_of_time: OutOfTime) -> None:
        """Do what there is to do; what no time is left for, the next sweep finds again."""
        if not (self._follow_up_changes(out_of_time) and self._find_silent(out_of_time)):
            logs.warning("sweep_out_of_time")
            return
        # Last, because each alert that cannot be told takes its time.
        self._announcer.catch_up(out_of_time)

    def _follow_up_changes(self, out_of_time: OutOfTime) -> bool:
        """Whether there was time for every change."""
        pending = self._changes.pending(self._clock())
        return all(self._follow_up(change, out_of_time) for change in pending)

    def _find_silent(self, out_of_time: OutOfTime) -> bool:
        """Whether there was time for every device that may be silent."""
        for key in self._states.to_check(self._clock()):
            if out_of_time():
                return False
            self._succeeds(key, partial(self._check, key, out_of_time))
        return True

    def _follow_up(self, change: RuleChange, out_of_time: OutOfTime) -> bool:
        """Whether there was time for all that follows of a change."""
        try:
            succeeded = True
            for key, step in self._consequences(change, out_of_time):
                if out_of_time():
                    return False
                succeeded &= self._succeeds(key, step)
            if succeeded:
                self._changes.done(change)
        except Exception:
            logs.error("change_not_followed_up", rule_id=change.rule_id)
        return True

    def _succeeds(self, key: DeviceRule, step: Callable[[], None]) -> bool:
        try:
            step()
        except Exception:
            # It keeps no other device from being looked at, and is found again by the next sweep.
            logs.error("device_not_swept", device_id=key[0], rule_id=key[1])
            return False
        return True

    def _consequences(
        self, change: RuleChange, out_of_time: OutOfTime
    ) -> Iterator[tuple[DeviceRule, Callable[[], None]]]:
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
                for key, held in self._states.held(keys[start : start + _READ_AT_ONCE]).items():
                    yield key, partial(self._mover.look, rule, key[0], held, out_of_time)

    def _end(
        self, alert: Alert, rule: Rule | None, change: RuleChange, out_of_time: OutOfTime
    ) -> None:
        # First, because a device without an open alert is not found here a second time.
        self._check((alert.device_id, change.rule_id), out_of_time)
        ended_at = change.changed_at if rule is None else rule.effective_at
        self._alerts.resolve(alert.alert_id, max(ended_at, alert.fired_at))

    def _check(self, key: DeviceRule, out_of_time: OutOfTime) -> None:
        rule = self._rules.current(key[1])
        held = self._states.held([key])[key]
        if rule is not None and rule.definition.applies_to(key[0]):
            self._mover.look(rule, key[0], held, out_of_time)
            return
        try:
            self._states.unwatch(key, held, self._clock())
        except Superseded:
            # Somebody moved it meanwhile: the next sweep finds it if it is still to be looked at.
            return

    def _watched_devices(self, rule: Rule) -> list[str]:
        """The device that the rule is for; or those that it is known to wait for."""
        if rule.definition.device_id != EVERY_DEVICE:
            return [rule.definition.device_id]
        return sorted({device_id for device_id, _ in self._states.watched(rule.rule_id)})


def _waits(rule: Rule) -> bool:
    return rule.definition.enabled and isinstance(rule.definition.condition, Silence)
