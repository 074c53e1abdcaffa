"""The alerting ports, met in memory: for tests, with the same promises as the real ones."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import replace
from threading import Lock

from alerting.adapters.items import alert_position
from alerting.model import TRIGGERED, Alert, Ending, Rule
from alerting.movement import Movement
from alerting.ports import (
    AlertQuery,
    DeviceRule,
    Edition,
    FiredBefore,
    Held,
    RuleChange,
    Superseded,
)

_MOST_TOGETHER = 98


class MemoryRuleBook:
    """Rules in a dictionary."""

    def __init__(self) -> None:
        self.rules: dict[str, Rule] = {}
        self.changes: dict[str, RuleChange] = {}
        self._edition = Edition()

    def edition(self) -> Edition:
        """The present edition."""
        return self._edition

    def of_device(self, device_id: str) -> Sequence[Rule]:
        """The rules made for exactly this device, or for `*`."""
        return [rule for rule in self._ordered() if rule.definition.device_id == device_id]

    def changed_lately(self) -> Mapping[str, Rule | None]:
        """The rules whose changes nobody followed up yet, by id, as they are at this moment."""
        return {
            rule_id: self.rules.get(rule_id)
            for rule_id, change in self.changes.items()
            if not change.again
        }

    def get(self, rule_id: str) -> Rule | None:
        """The rule as it is at this moment."""
        return self.rules.get(rule_id)

    def create(self, rule: Rule) -> Rule:
        """Keep a new rule; returns the one that has its id already, if there is one."""
        if rule.rule_id not in self.rules:
            self._changed(rule.rule_id, rule.updated_at)
        return self.rules.setdefault(rule.rule_id, rule)

    def replace(self, rule: Rule, present: Rule) -> None:
        """Keep the rule in place of the present one; raises Superseded if it is another by now."""
        self._require(present)
        self.rules[rule.rule_id] = rule
        self._changed(rule.rule_id, rule.updated_at)

    def delete(self, present: Rule, now: int) -> None:
        """Remove the rule; raises Superseded if it is another by now."""
        self._require(present)
        del self.rules[present.rule_id]
        self._changed(present.rule_id, now)

    def listed(self, device_id: str | None, after: str | None) -> Iterator[tuple[str, Rule]]:
        """The rules of one device or all, each with its position, strictly after one if given."""
        for rule in self._ordered():
            asked_for = device_id in (None, rule.definition.device_id)
            if asked_for and (after is None or _place(rule) > after):
                yield _place(rule), rule

    def pending(self, now: int) -> Iterator[RuleChange]:
        """Changes whose consequences are to be drawn by now."""
        for change in list(self.changes.values()):
            if change.due <= now:
                yield change

    def done(self, change: RuleChange) -> None:
        """Put the change off, or forget it, unless the rule was changed meanwhile."""
        if self.changes.get(change.rule_id) != change:
            return
        if change.again:
            del self.changes[change.rule_id]
        else:
            self.changes[change.rule_id] = replace(change, again=True)

    def _ordered(self) -> list[Rule]:
        return sorted(self.rules.values(), key=_place)

    def _require(self, present: Rule) -> None:
        if self.rules.get(present.rule_id) != present:
            raise Superseded("The rule was changed by someone else.")

    def _changed(self, rule_id: str, now: int) -> None:
        self._edition = Edition(self._edition.changes + 1, now)
        self.changes[rule_id] = RuleChange(rule_id, now)


class MemoryAlerts:
    """Alerts in a dictionary."""

    def __init__(self) -> None:
        self.alerts: dict[str, Alert] = {}
        self.kept_at: dict[str, int] = {}
        self._unannounced: set[str] = set()

    def keep(self, alert: Alert, now: int) -> None:
        """Keep a new alert."""
        self.alerts[alert.alert_id] = alert
        self.kept_at[alert.alert_id] = now
        self._unannounced.add(alert.alert_id)

    def amend(self, alert_id: str, ending: Ending, revision: str) -> None:
        """Let an alert of this revision, if it is there, end otherwise, or not yet."""
        alert = self.alerts.get(alert_id)
        if alert is not None and alert.rule_revision == revision:
            self.alerts[alert_id] = replace(
                alert,
                resolved_at=ending.resolved_at,
                contradicted_at=ending.contradicted_at,
            )

    def found(self, alert_ids: Collection[str]) -> Mapping[str, Alert]:
        """Those of these alerts that are there at this moment, by id."""
        return {one: self.alerts[one] for one in alert_ids if one in self.alerts}

    def listed(self, query: AlertQuery) -> Iterator[tuple[str, Alert | None]]:
        """The alerts of a query, each with its position."""
        for alert in sorted(self.alerts.values(), key=alert_position, reverse=True):
            if (
                query.start <= alert.fired_at < query.end
                and query.device_id in (None, alert.device_id)
                and query.rule_id in (None, alert.rule_id)
                and query.status in (None, alert.status)
                and (query.after is None or alert_position(alert) < query.after)
            ):
                yield alert_position(alert), alert

    def open_alerts(self, rule_id: str) -> Iterator[Alert]:
        """The rule's alerts that are not resolved."""
        for alert in list(self.alerts.values()):
            if alert.rule_id == rule_id and alert.status == TRIGGERED:
                yield alert

    def resolve(self, alert_id: str, resolved_at: int) -> None:
        """End an alert; one that has ended already stays as it is."""
        alert = self.alerts.get(alert_id)
        if alert is not None and alert.resolved_at is None:
            self.alerts[alert_id] = replace(alert, resolved_at=resolved_at)

    def unannounced(self, kept_before: int) -> Iterator[Alert]:
        """Alerts kept before a moment that nobody was told of."""
        for alert_id in sorted(self._unannounced):
            if self.kept_at[alert_id] < kept_before:
                yield self.alerts[alert_id]

    def announced(self, alert_id: str) -> None:
        """Remember that people were told."""
        self._unannounced.discard(alert_id)


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


class MemoryNotifications:
    """Published alerts in a list."""

    def __init__(self) -> None:
        self.published: list[Alert] = []

    def publish(self, alert: Alert) -> None:
        """Keep the alert."""
        self.published.append(alert)


def _place(rule: Rule) -> str:
    return f"{rule.created_at:013d}#{rule.rule_id}"
