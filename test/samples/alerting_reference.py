"""What alerting must do, as plainly as it can be said: all readings are kept and looked at again.

It shares no code with `alerting`. Times are in ms since the epoch. A rule's revision is the moment
since when it watches as it does. What the alerts must be follows from what was stored, from when it
was received, and from the last sweep; in which order it came plays no part.
"""

import operator
from collections import Counter
from dataclasses import dataclass, field
from itertools import takewhile
from typing import Any

from samples.alerting_plans import Plan

COMPARISONS = {
    ">": operator.gt,
    ">=": operator.ge,
    "<": operator.lt,
    "<=": operator.le,
    "==": operator.eq,
    "!=": operator.ne,
}
BACKFILL_MS = 7 * 24 * 3_600_000
FOLLOW_UP_MS = 10_000


@dataclass(frozen=True)
class Sent:
    """A reading as a device sent it."""

    device: str
    timestamp: int
    digest: str
    metrics: dict

    @property
    def place(self):
        """Where it stands in the order of its device's readings."""
        return (self.timestamp, self.digest)

    def value(self, name):
        """What it says of a metric, derived ones included; None if nothing."""
        if name == "temperature_celsius":
            return self.metrics.get("temperature")
        if name == "temperature_fahrenheit" and "temperature" in self.metrics:
            return self.metrics["temperature"] * 9 / 5 + 32
        return self.metrics.get(name)


@dataclass(frozen=True)
class Received:
    """Readings of one device that were stored together, and when they had been received."""

    received_at: int
    readings: tuple[Sent, ...]


@dataclass
class Expected:
    """An alert that must be there; `cause` is what fired it: a reading's place, or since when it
    was silent."""

    cause: Any
    fired_at: int
    actual_value: Any = None
    last_reading_at: int | None = None
    resolved_at: int | None = None


@dataclass
class Watching:
    """A rule; no plan once it is deleted, which whoever asks for one has seen to.

    met: devices of which it knew under an earlier revision.
    """

    plan: Plan | Any
    revision: int
    changed_at: int
    followed_up: bool = False
    met: set = field(default_factory=set)

    def is_on_for(self, device):
        """Whether it watches the device at all."""
        return self.is_on and self.plan.device in ("*", device)

    @property
    def is_on(self):
        """Whether it watches anything."""
        return self.plan is not None and self.plan.enabled


class Reference:
    """Rules, readings and sweeps, and the alerts that must come of them.

    happened: counts what occurred, by name.
    """

    def __init__(self, happened: Counter, lateness_ms):
        self.rules: dict[str, Watching] = {}
        self.stored: dict[str, dict[str, Received]] = {}
        self.happened, self._lateness_ms = happened, lateness_ms

    def create(self, rule_id, plan, now):
        """A rule was made, or made again after it was deleted; one that is there stays."""
        rule = self.rules.setdefault(rule_id, Watching(None, now, now))
        if rule.plan is None:
            self._watch_anew(rule, plan, now)

    def replace(self, rule_id, plan, now):
        """A rule was given another plan; the same plan again is no change."""
        rule = self.rules[rule_id]
        if plan == rule.plan:
            return
        if plan.watching != rule.plan.watching:
            self._watch_anew(rule, plan, now)
        rule.plan, rule.changed_at, rule.followed_up = plan, now, False

    def delete(self, rule_id, now):
        """A rule was deleted."""
        rule = self.rules[rule_id]
        rule.met |= {rule.plan.device, *self.stored}
        rule.plan, rule.changed_at, rule.followed_up = None, now, False

    def _watch_anew(self, rule, plan, now):
        rule.met |= {*self.stored} | ({rule.plan.device} if rule.plan else set())
        rule.plan, rule.revision, rule.changed_at, rule.followed_up = plan, now, now, False

    def store(self, device, key, received: Received):
        """Readings were processed; what is there already stays as it is.

        Returns whether others that counted are too late because of them: these were received
        earlier, and processed later.
        """
        if key in self.stored.get(device, {}):
            return False
        revisions = {0, *(rule.revision for rule in self.rules.values())}
        before = {revision: self.counting(device, revision)[0] for revision in revisions}
        self.stored.setdefault(device, {})[key] = received
        after = {revision: self.counting(device, revision)[0] for revision in revisions}
        return any(
            not {sent.place for sent in before[one]} <= {sent.place for sent in after[one]}
            for one in revisions
        )

    def counting(self, device, revision):
        """The device's readings that count, in order, and the places of those that are too late."""
        counting, late = {}, set()
        arrived = sorted(self.stored.get(device, {}).values(), key=lambda one: one.received_at)
        # The newest of what was received before this moment, and of this moment too.
        newest, newest_yet, moment = 0, 0, None
        for received in arrived:
            if received.received_at != moment:
                newest, moment = newest_yet, received.received_at
            newest_yet = max(newest_yet, *(sent.timestamp for sent in received.readings))
            for sent in received.readings:
                filled_in = sent.timestamp < received.received_at - BACKFILL_MS
                known = sent.place in counting or sent.place in late
                if received.received_at < revision or filled_in or known:
                    continue
                if sent.timestamp < newest - self._lateness_ms:
                    late.add(sent.place)
                else:
                    counting[sent.place] = sent
        return [counting[place] for place in sorted(counting)], late

    def sweep(self, now):
        """A sweep ran to its end."""
        for rule in self.rules.values():
            if not rule.followed_up and rule.changed_at + FOLLOW_UP_MS <= now:
                rule.followed_up = True

    def alerts(self, rule_id, device, now, told):
        """The alerts of a rule's present revision, as a plain fold over all readings gives them.

        told: the causes of the alerts that are there; silences among them settle what is not
        promised: which silence was noticed before the next sweep, and by a rule for every device
        that was another one for a while.
        """
        rule = self.rules[rule_id]
        readings, late = self.counting(device, rule.revision)
        readings = [sent for sent in readings if _concerns(rule.plan, sent)]
        self.happened["too late"] += len(late)
        if rule.plan.silence_seconds is None:
            return self._thresholds(rule, readings)
        return self._silences(rule, device, readings, now, told)

    def _thresholds(self, rule, readings):
        plan, compare = rule.plan, COMPARISONS[rule.plan.operator]
        alerts: list[Expected] = []
        looked_at, open_alert = [], None
        for sent in readings:
            value = sent.value(plan.metric)
            if open_alert:
                clear = plan.threshold if plan.clear_threshold is None else plan.clear_threshold
                if not compare(value, clear):
                    open_alert.resolved_at, open_alert = sent.timestamp, None
                    self.happened["resolved by a reading"] += 1
                elif not compare(value, plan.threshold):
                    self.happened["hysteresis held"] += 1
                looked_at.append(sent)
                continue
            looked_at.append(sent)
            run = list(
                takewhile(
                    lambda one: compare(one.value(plan.metric), plan.threshold),
                    reversed(looked_at),
                )
            )
            if not run:
                continue
            cool = alerts[-1].fired_at + plan.cooldown_seconds * 1_000 if alerts else 0
            if sent.timestamp - run[-1].timestamp < plan.duration_seconds * 1_000:
                self.happened["duration not reached"] += 1
            elif sent.timestamp < cool:
                self.happened["cooldown suppressed"] += 1
            else:
                open_alert = Expected(sent.place, sent.timestamp, actual_value=value)
                alerts.append(open_alert)
                self.happened["fired"] += 1
                self.happened["fired after a duration"] += plan.duration_seconds > 0
        return alerts

    def _silences(self, rule, device, readings, now, told):
        alerts: list[Expected] = []
        plan, since = rule.plan, rule.revision
        if plan.device == "*" and not (device in rule.met and since in told):
            # It waits for nobody whom it has not heard of.
            since = None
        heard_at = None
        for sent in [*readings, None]:
            if since is not None:
                cool = alerts[-1].fired_at + plan.cooldown_seconds * 1_000 if alerts else 0
                limit = since + plan.silence_seconds * 1_000
                due = max(limit, cool)
                if (sent.timestamp >= due) if sent else (now >= due or since in told):
                    resolved_at = sent.timestamp if sent else None
                    alerts.append(
                        Expected(since, due, last_reading_at=heard_at, resolved_at=resolved_at)
                    )
                    self.happened["no-data fired"] += sent is None
                    self.happened["no-data resolved"] += sent is not None
                    self.happened["no-data fired, never heard of"] += heard_at is None
                elif cool > limit and (sent.timestamp if sent else now) >= limit:
                    self.happened["no-data cooldown suppressed"] += 1
            if sent:
                since = max(sent.timestamp, rule.revision)
                heard_at = sent.timestamp if sent.timestamp >= rule.revision else heard_at
        return alerts


def _concerns(plan, sent):
    if plan.silence_seconds is not None:
        return plan.metric is None or sent.value(plan.metric) is not None
    value = sent.value(plan.metric)
    return value is not None and type(value) is type(plan.threshold)
