"""Alerting beside its reference: what happens to the one happens to the other, and is compared."""

from hypothesis import strategies as st

from alerting.rules.definition import RuleDefinition, Silence, Threshold
from samples.alerting_in_memory import Alerting, never
from samples.alerting_reference import Received, Reference, Sent
from samples.readings import reading

LATENESS_SECONDS = 60


class ObservedAlerting:
    """Rules, messages on their way, and the alerts that both of them must have.

    happened: counts what occurred, by name.
    """

    def __init__(self, happened):
        super().__init__()
        self.happened = happened
        self.alerting = Alerting(LATENESS_SECONDS)
        self.reference = Reference(happened, LATENESS_SECONDS * 1_000)
        self.rule_ids, self.sent = [], []
        self.unsent, self.unprocessed, self.unevaluated = [], [], []
        # Devices whose readings were processed so late that they made others too late.
        self.unruly, self.swept, self.frozen = set(), False, {}
        # Another cooldown lets a rule go on: for readings of before either of them may count.
        self.cooled_otherwise = set()

    def _check_present(self, rule_id, device, alerts, fired_before):
        watching = self.reference.rules[rule_id]
        silence, since = watching.plan.silence_seconds is not None, watching.revision
        told = {max(one.last_reading_at or 0, since) for one in alerts}
        expected = self.reference.alerts(
            rule_id, device, self.alerting.now, told if silence else set()
        )
        snapshot = [_shown(one, since) for one in alerts if one.contradicted_at is None]
        wanted = [
            _shown(one, since)
            for one in expected
            # Another reading of that moment may say the same, and fires for itself.
            if silence
            or (one.fired_at, one.actual_value) not in fired_before
            or _shown(one, since) in snapshot
        ]
        # Silences that readings tell of are fired by the next sweep, and what follows from them.
        if not silence or (self.swept and watching.followed_up):
            assert _sorted(snapshot) == _sorted(wanted), (watching, alerts, wanted)
        for one in alerts:
            if one.contradicted_at is not None:
                self.happened["told, and contradicted by a late reading"] += 1
                readings, _ = self.reference.counting(device, watching.revision)
                assert one.resolved_at == one.contradicted_at <= one.fired_at
                moments = [sent.timestamp for sent in readings]
                moments += [alert.fired_at for alert in expected]
                assert one.contradicted_at in moments, (watching, one, moments)

    def _check_former(self, alerts):
        for one in alerts:
            before, moments = self.frozen[one.alert_id]
            ended = [max(moment, one.fired_at) for moment in moments]
            if before.resolved_at is None and one.resolved_at is not None:
                assert one.resolved_at in ended, (before, one, moments)
                self.happened["resolved by a change"] += 1
            else:
                assert one.resolved_at == before.resolved_at, (before, one)
            if self.swept and self.reference.rules[one.rule_id].followed_up:
                assert one.resolved_at is not None

    def _revision(self, rule_id):
        present = self.alerting.ports.book.get(rule_id)
        return present.revision if present else None

    def _living(self):
        return [rule_id for rule_id in self.rule_ids if self.reference.rules[rule_id].plan]

    def _create(self, plan):
        rule_id = self.alerting.keeping.create(_definition(plan)).rule_id
        self.reference.create(rule_id, plan, self.alerting.now)
        assert self.reference.rules[rule_id].plan == plan
        if rule_id not in self.rule_ids:
            self.rule_ids.append(rule_id)
        self._freeze(rule_id)
        self.alerting.pass_seconds(1)
        return rule_id

    def _replace(self, data, changed):
        if not (living := self._living()):
            return
        rule_id = data.draw(st.sampled_from(living))
        watching = self.reference.rules[rule_id]
        plan = changed(watching.plan)
        if plan.cooldown_seconds != watching.plan.cooldown_seconds:
            self.cooled_otherwise.add((rule_id, watching.revision))
        self.alerting.keeping.replace(rule_id, _definition(plan))
        self.reference.replace(rule_id, plan, self.alerting.now)
        self._freeze(rule_id)
        self.alerting.pass_seconds(1)

    def _freeze(self, rule_id):
        """Remember the alerts of former revisions, and when they may end."""
        self.swept = False
        present = self._revision(rule_id)
        for alert in self.alerting.fired:
            if alert.rule_id == rule_id and alert.rule_revision != present:
                _, moments = self.frozen.setdefault(alert.alert_id, (alert, []))
                moments.append(self.alerting.now)

    def _drawn(self, data, pending):
        return pending.pop(data.draw(st.integers(0, len(pending) - 1)))

    def _message(self, sightings):
        return self.alerting.message(
            *(
                reading(device, self.alerting.now - age_seconds * 1_000, **metrics)
                for device, age_seconds, metrics in sightings
            )
        )

    def _arrive(self, message):
        self._process(message)
        # No two requests at the same millisecond: which came first would be anybody's guess.
        self.alerting.now += 1

    def _process(self, message):
        self.swept = False
        self.alerting.stored(message)
        for segment in message.segments:
            readings = tuple(
                Sent(one.device_id, one.timestamp, one.digest, dict(one.metrics))
                for one in segment.readings
            )
            received = Received(message.received_at, readings)
            if self.reference.store(segment.device_id, segment.key, received):
                self.unruly.add(segment.device_id)
        self.sent.append(message)
        if len(self.unevaluated) < 3 and len(self.sent) % 4 == 0:
            self.unevaluated.append(message)
        else:
            self._evaluate(message)

    def _evaluate(self, *messages):
        self.swept = False
        done = self.alerting.evaluate(*messages)
        assert not done.failed
        assert not done.left

    def _sweep(self):
        self.alerting.sweep(never)
        self.reference.sweep(self.alerting.now)
        self.swept = True


def _definition(plan):
    condition: Threshold | Silence
    if plan.silence_seconds is None:
        condition = Threshold(
            plan.metric,
            plan.operator,
            plan.threshold,
            plan.duration_seconds,
            plan.clear_threshold,
        )
    else:
        condition = Silence(plan.silence_seconds, plan.metric)
    return RuleDefinition(
        plan.device,
        condition,
        plan.severity,
        plan.cooldown_seconds,
        plan.enabled,
        plan.name,
    )


def _shown(alert, revision):
    """What must be the same of an alert that is there and of one that must be."""
    heard_at = alert.last_reading_at
    # One taken at the very moment may have come before the alert was told, or after.
    heard_at = None if heard_at == revision else heard_at
    return alert.fired_at, alert.actual_value, heard_at, alert.resolved_at


def _sorted(rows):
    return sorted(rows, key=repr)
