"""The sweep: what no reading brings about, because silence and changed rules send none."""

from collections.abc import Callable

from alerting.announcing import Announcer
from alerting.model import EVERY_DEVICE, Rule, Silence
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
        self._announcer.catch_up(out_of_time)
        for change in self._changes.pending(self._clock()):
            if not self._followed_up(change, out_of_time):
                logs.warning("sweep_out_of_time")
                return
        for device_id, rule_id in self._states.to_check(self._clock()):
            if out_of_time():
                logs.warning("sweep_out_of_time")
                return
            try:
                self._check((device_id, rule_id), self._rules.current(rule_id), out_of_time)
            except Exception:
                # It keeps nobody else from being looked at, and is found again by the next sweep.
                logs.error("device_not_swept", device_id=device_id, rule_id=rule_id)

    def _followed_up(self, change: RuleChange, out_of_time: OutOfTime) -> bool:
        try:
            return self._follow_up(change, out_of_time)
        except Exception:
            logs.error("change_not_followed_up", rule_id=change.rule_id)
            return True

    def _check(self, key: DeviceRule, rule: Rule | None, out_of_time: OutOfTime) -> None:
        held = self._states.held([key])[key]
        if rule is not None and rule.definition.device_id in (key[0], EVERY_DEVICE):
            self._mover.look(rule, key[0], held, out_of_time)
            return
        try:
            self._states.unwatch(key, held, self._clock())
        except Superseded:
            # Somebody moved it meanwhile: the next sweep finds it if it is still to be looked at.
            return

    def _follow_up(self, change: RuleChange, out_of_time: OutOfTime) -> bool:
        """Whether there was time to end the alerts of a rule as it was, and to watch as it is."""
        rule = self._rules.current(change.rule_id)
        for alert in self._alerts.open_alerts(change.rule_id):
            if out_of_time():
                return False
            if rule is None or alert.rule_revision != rule.revision:
                # First, because a device without an open alert is not found here a second time.
                self._check((alert.device_id, change.rule_id), rule, out_of_time)
                ended_at = change.changed_at if rule is None else rule.effective_at
                self._alerts.resolve(alert.alert_id, max(ended_at, alert.fired_at))
        if not change.again and rule is not None and _waits(rule):
            keys = [(device_id, rule.rule_id) for device_id in self._watched_devices(rule)]
            for start in range(0, len(keys), _READ_AT_ONCE):
                # Whoever was seen to before costs a hundredth of a read, and no write.
                for key, held in self._states.held(keys[start : start + _READ_AT_ONCE]).items():
                    if out_of_time():
                        return False
                    self._mover.look(rule, key[0], held, out_of_time)
        self._changes.done(change)
        return True

    def _watched_devices(self, rule: Rule) -> list[str]:
        """The device that the rule is for; or those that it is known to wait for."""
        if rule.definition.device_id != EVERY_DEVICE:
            return [rule.definition.device_id]
        return sorted({device_id for device_id, _ in self._states.watched(rule.rule_id)})


def _waits(rule: Rule) -> bool:
    return rule.definition.enabled and isinstance(rule.definition.condition, Silence)
