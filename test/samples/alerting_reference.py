"""What alerting must do, as plainly as it can be said: all readings are kept and looked at again.

It shares no code with `alerting`. Times are in ms since the epoch. A rule's revision is the moment
since when it watches as it does; what happens is remembered with the revision of that moment.
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
SURELY, PERHAPS = "surely", "perhaps"


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


@dataclass
class Expected:
    """An alert that must be there."""

    revision: int
    fired_at: int
    severity: str
    name: str | None
    actual_value: Any = None
    last_reading_at: int | None = None
    resolved_at: int | None = None


@dataclass
class Story:
    """All that happened between one rule and one device.

    watched: whether its silence would be noticed. `PERHAPS`: a rule for every device was off or
    another one for a while; for how long it remembers whom it waited for is not promised.
    """

    taken: list[tuple[int, Sent]] = field(default_factory=list)
    alerts: list[Expected] = field(default_factory=list)
    watched: str | None = None

    @property
    def newest(self):
        """The greatest place of the readings taken in, whatever the rule was then."""
        return max((sent.place for _, sent in self.taken), default=(0, ""))

    @property
    def open_alert(self):
        """The alert that has not ended."""
        return next((alert for alert in self.alerts if alert.resolved_at is None), None)

    def cool_from(self, revision, cooldown_seconds):
        """When the next alert may fire."""
        fired = [alert.fired_at for alert in self.alerts if alert.revision == revision]
        return fired[-1] + cooldown_seconds * 1_000 if fired else 0


@dataclass
class Watching:
    """A rule and its stories by device; no plan once it is deleted."""

    plan: Plan | None
    revision: int
    changed_at: int
    followed_up: bool = False
    stories: dict[str, Story] = field(default_factory=dict)

    def story(self, device):
        """The story with this device."""
        return self.stories.setdefault(device, Story())

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

    def __init__(self, happened: Counter):
        self.rules: dict[str, Watching] = {}
        self.happened = happened

    def create(self, rule_id, plan, now):
        """A rule was made, or made again after it was deleted; one that is there stays."""
        rule = self.rules.setdefault(rule_id, Watching(None, now, now))
        if rule.plan is None:
            rule.plan, rule.revision, rule.changed_at, rule.followed_up = plan, now, now, False

    def replace(self, rule_id, plan, now):
        """A rule was given another plan; the same plan again is no change."""
        rule = self.rules[rule_id]
        if plan == rule.plan:
            return
        if plan.watching != rule.plan.watching:
            rule.revision = now
        rule.plan, rule.changed_at, rule.followed_up = plan, now, False

    def delete(self, rule_id, now):
        """A rule was deleted."""
        rule = self.rules[rule_id]
        rule.plan, rule.changed_at, rule.followed_up = None, now, False

    def deliver(self, readings: list[Sent], received_at, now):
        """Readings of one message are evaluated."""
        live = [sent for sent in readings if sent.timestamp >= received_at - BACKFILL_MS]
        self.happened["backfill ignored"] += len(readings) - len(live)
        for device in {sent.device for sent in live}:
            ordered = sorted((s for s in live if s.device == device), key=lambda sent: sent.place)
            for rule in self.rules.values():
                if rule.is_on_for(device):
                    self._evaluate(rule, rule.story(device), ordered, now)

    def _evaluate(self, rule, story, readings, now):
        if story.open_alert and story.open_alert.revision != rule.revision:
            self._resolve(story, rule.revision, "resolved by a change, seen by a reading")
        for sent in readings:
            if not _concerns(rule.plan, sent):
                continue
            if sent.place <= story.newest:
                known = any(sent == taken for _, taken in story.taken)
                self.happened["repeat ignored" if known else "late reading ignored"] += 1
                continue
            story.taken.append((rule.revision, sent))
            if rule.plan.silence_seconds is None:
                self._compare(rule, story, sent)
            else:
                self._hear(rule, story, sent, now)
        if rule.plan.silence_seconds is None:
            story.watched = PERHAPS if story.watched else None
        elif story.taken:
            taken_in = story.taken[-1][0] == rule.revision
            story.watched = SURELY if taken_in else story.watched or PERHAPS

    def _compare(self, rule, story, sent):
        plan, value = rule.plan, sent.value(rule.plan.metric)
        compare = COMPARISONS[plan.operator]
        if story.open_alert:
            clear = plan.threshold if plan.clear_threshold is None else plan.clear_threshold
            if not compare(value, clear):
                self._resolve(story, sent.timestamp, "resolved by a reading")
            elif not compare(value, plan.threshold):
                self.happened["hysteresis held"] += 1
            return
        run = list(
            takewhile(
                lambda taken: (
                    taken[0] == rule.revision
                    and compare(taken[1].value(plan.metric), plan.threshold)
                ),
                reversed(story.taken),
            )
        )
        if not run:
            return
        if sent.timestamp - run[-1][1].timestamp < plan.duration_seconds * 1_000:
            self.happened["duration not reached"] += 1
        elif sent.timestamp < story.cool_from(rule.revision, plan.cooldown_seconds):
            self.happened["cooldown suppressed"] += 1
        else:
            self._fire(rule, story, sent.timestamp, "fired", actual_value=value)
            self.happened["fired after a duration"] += plan.duration_seconds > 0

    def _hear(self, rule, story, sent, now):
        if story.open_alert is None:
            return
        if now < sent.timestamp + rule.plan.silence_seconds * 1_000:
            self._resolve(story, sent.timestamp, "no-data resolved")
        else:
            self.happened["too late to end a silence"] += 1

    def sweep(self, now, reported):
        """A sweep ran to its end; `reported` settles what is not promised: silences as (rule_id,
        device, fired_at)."""
        for rule in self.rules.values():
            if not rule.followed_up and rule.changed_at + FOLLOW_UP_MS <= now:
                self._follow_up(rule)
        for rule_id, rule in self.rules.items():
            for device, story in rule.stories.items():
                if rule.is_on_for(device) and rule.plan.silence_seconds is not None:
                    fired = {at for *key, at in reported if key == [rule_id, device]}
                    self._listen(rule, story, now, fired)
                elif story.watched:
                    story.watched = PERHAPS

    def _follow_up(self, rule):
        rule.followed_up = True
        silence = rule.is_on and rule.plan.silence_seconds is not None
        for device, story in rule.stories.items():
            alert = story.open_alert
            if alert and (not rule.is_on or alert.revision != rule.revision):
                moment = rule.revision if rule.plan is not None else rule.changed_at
                self._resolve(story, moment, "resolved by a change, seen by the sweep")
                if silence and rule.is_on_for(device):
                    story.watched = story.watched or PERHAPS
        if silence and rule.plan.device != "*":
            rule.story(rule.plan.device).watched = SURELY

    def _listen(self, rule, story, now, reported):
        if story.watched is None or story.open_alert:
            return
        due = _due(rule, story)
        if now < due:
            cooldown = due > _due(rule, story, cooldown_seconds=0)
            self.happened["no-data cooldown suppressed"] += cooldown
            return
        if not rule.followed_up or story.watched is PERHAPS:
            self.happened["silence left open"] += 1
            if due not in reported:
                return
        last = story.newest[0] or None
        self._fire(rule, story, due, "no-data fired", last_reading_at=last)
        self.happened["no-data fired at the limit"] += now == due
        self.happened["no-data fired, never heard of"] += last is None

    def _fire(self, rule, story, moment, what, **seen):
        plan = rule.plan
        story.alerts.append(Expected(rule.revision, moment, plan.severity, plan.name, **seen))
        self.happened[what] += 1

    def _resolve(self, story, moment, how):
        alert = story.open_alert
        alert.resolved_at = max(moment, alert.fired_at)
        self.happened[how] += 1

    def limits(self):
        """The moments at which silences that are watched would fire."""
        return sorted(
            _due(rule, story)
            for rule in self.rules.values()
            for device, story in rule.stories.items()
            if rule.is_on_for(device) and rule.plan.silence_seconds is not None
            if story.watched and not story.open_alert
        )

    def alerts(self):
        """Every alert that must be there: (rule_id, device, alert)."""
        return [
            (rule_id, device, alert)
            for rule_id, rule in self.rules.items()
            for device, story in rule.stories.items()
            for alert in story.alerts
        ]


def _due(rule, story, cooldown_seconds=None):
    if cooldown_seconds is None:
        cooldown_seconds = rule.plan.cooldown_seconds
    limit = max(story.newest[0], rule.revision) + rule.plan.silence_seconds * 1_000
    return max(limit, story.cool_from(rule.revision, cooldown_seconds))


def _concerns(plan, sent):
    if plan.silence_seconds is not None:
        return plan.metric is None or sent.value(plan.metric) is not None
    value = sent.value(plan.metric)
    return value is not None and type(value) is type(plan.threshold)
