"""Alerting on memory adapters against the reference, driven by hypothesis."""

from collections import Counter
from dataclasses import replace

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)
from samples.alerting_in_memory import Alerting, never
from samples.alerting_plans import (
    DEVICES,
    LEVELS,
    PASSING_SECONDS,
    PATIENCE_SECONDS,
    changes,
    metrics,
    plans,
    sightings,
)
from samples.alerting_reference import BACKFILL_MS, Reference, Sent
from samples.readings import reading

from alerting.model import RuleDefinition, Silence, Threshold

EXAMPLES, STEPS_EACH = 400, 50
MUST_HAPPEN = (
    "fired",
    "fired after a duration",
    "duration not reached",
    "resolved by a reading",
    "resolved by a change, seen by a reading",
    "resolved by a change, seen by the sweep",
    "cooldown suppressed",
    "hysteresis held",
    "no-data fired",
    "no-data fired at the limit",
    "no-data fired, never heard of",
    "no-data resolved",
    "no-data cooldown suppressed",
    "too late to end a silence",
    "repeat ignored",
    "late reading ignored",
    "backfill ignored",
    "sweep out of time",
)


class RulesReadingsAndSweeps(RuleBasedStateMachine):
    """Callers, devices, the queue and the schedule, in any order."""

    def __init__(self, happened):
        super().__init__()
        self.happened = happened
        self.alerting, self.reference = Alerting(), Reference(happened)
        self.rule_ids, self.held_back, self.delivered = [], [], []

    @initialize(first=st.lists(plans, min_size=1, max_size=3))
    def some_rules_are_there(self, first):
        for plan in first:
            self._create(plan)

    @precondition(lambda self: len(self._living()) < 5)
    @rule(plan=plans, twice=st.booleans())
    def a_rule_is_created(self, plan, twice):
        rule_id = self._create(plan)
        if twice:
            assert self._create(plan) == rule_id

    @rule(data=st.data(), plan=plans)
    def a_rule_is_replaced(self, data, plan):
        self._replace(data, lambda _: plan)

    @rule(data=st.data(), change=changes)
    def one_thing_of_a_rule_is_changed(self, data, change):
        self._replace(data, lambda present: replace(present, **change))

    @rule(data=st.data(), seconds=PATIENCE_SECONDS)
    def the_patience_of_a_rule_is_changed(self, data, seconds):
        def changed(present):
            what = "duration_seconds" if present.silence_seconds is None else "silence_seconds"
            return replace(present, **{what: seconds})

        self._replace(data, changed)

    @precondition(lambda self: self._living())
    @rule(data=st.data(), again=st.booleans())
    def a_rule_is_deleted(self, data, again):
        rule_id = data.draw(st.sampled_from(self._living()))
        plan = self.reference.rules[rule_id].plan
        self.alerting.keeping.delete(rule_id)
        self.reference.delete(rule_id, self.alerting.now)
        self.alerting.pass_seconds(1)
        if again:
            self._create(plan)

    @rule(sightings=sightings, held_back=st.booleans())
    def readings_arrive(self, sightings, held_back):
        message = self._message(sightings)
        if held_back:
            self.held_back.append(message)
        else:
            self._deliver(message)

    @precondition(lambda self: self._living())
    @rule(data=st.data(), values=st.lists(LEVELS, min_size=3, max_size=8))
    def what_a_rule_watches_is_reported_every_five_seconds(self, data, values):
        plan = self.reference.rules[data.draw(st.sampled_from(self._living()))].plan
        device = "a" if plan.device == "*" else plan.device
        metric = "level" if plan.metric == "level" else "temperature"
        for value in values:
            sent = reading(device, self.alerting.now, **{metric: value})
            self._deliver(self.alerting.message(sent))
            self.alerting.pass_seconds(5)

    @precondition(lambda self: self.held_back)
    @rule(data=st.data())
    def what_was_held_back_arrives(self, data):
        self._deliver(self.held_back.pop(data.draw(st.integers(0, len(self.held_back) - 1))))

    @precondition(lambda self: self.delivered)
    @rule(data=st.data(), replay=st.booleans())
    def a_message_comes_again(self, data, replay):
        message = data.draw(st.sampled_from(self.delivered))
        if replay:
            message = replace(message, received_at=self.alerting.now, replay=True)
        self._deliver(message)

    @rule(device=DEVICES, metrics=metrics, milliseconds_too_old=st.integers(0, 1))
    def a_week_is_filled_in(self, device, metrics, milliseconds_too_old):
        timestamp = self.alerting.now - BACKFILL_MS - milliseconds_too_old
        self._deliver(self.alerting.message(reading(device, timestamp, **metrics)))

    @rule(seconds=PASSING_SECONDS)
    def time_passes(self, seconds):
        self.alerting.pass_seconds(seconds)

    @rule(seconds=st.sampled_from([0, 5, 10, 20, 60, 3_600]))
    def a_sweep_runs(self, seconds):
        self.alerting.pass_seconds(seconds)
        self._sweep()

    @rule(data=st.data(), milliseconds_off=st.sampled_from([-1, 0, 0, 1]))
    def a_sweep_runs_where_a_silence_reaches_its_limit(self, data, milliseconds_off):
        limits = [at for at in self.reference.limits() if at > self.alerting.now]
        if limits:
            self.alerting.now = data.draw(st.sampled_from(limits)) + milliseconds_off
            self._sweep()

    @rule(looks=st.integers(0, 3))
    def a_sweep_runs_out_of_time_and_the_next_goes_on(self, looks):
        self.alerting.pass_seconds(10)
        asked = iter(range(looks))
        self.alerting.sweep(lambda: next(asked, None) is None)
        self.happened["sweep out of time"] += 1
        self._sweep()

    @invariant()
    def the_alerts_are_those_of_the_reference(self):
        self.happened["steps"] += 1
        assert _actual(self.alerting.fired) == _expected(self.reference.alerts())

    @invariant()
    def every_alert_was_told_of_once(self):
        ids = sorted(alert.alert_id for alert in self.alerting.fired)
        assert sorted(self.alerting.published) == ids

    def _living(self):
        return [rule_id for rule_id in self.rule_ids if self.reference.rules[rule_id].plan]

    def _create(self, plan):
        rule_id = self.alerting.keeping.create(_definition(plan)).rule_id
        self.reference.create(rule_id, plan, self.alerting.now)
        assert self.reference.rules[rule_id].plan == plan
        if rule_id not in self.rule_ids:
            self.rule_ids.append(rule_id)
        self.alerting.pass_seconds(1)
        return rule_id

    def _replace(self, data, changed):
        if not (living := self._living()):
            return
        rule_id = data.draw(st.sampled_from(living))
        plan = changed(self.reference.rules[rule_id].plan)
        self.alerting.keeping.replace(rule_id, _definition(plan))
        self.reference.replace(rule_id, plan, self.alerting.now)
        self.alerting.pass_seconds(1)

    def _message(self, sightings):
        return self.alerting.message(
            *(
                reading(device, self.alerting.now - age_seconds * 1_000, **metrics)
                for device, age_seconds, metrics in sightings
            )
        )

    def _deliver(self, message):
        self.alerting.evaluate(message)
        sent = [
            Sent(each.device_id, each.timestamp, each.digest, dict(each.metrics))
            for segment in message.segments
            for each in segment.readings
        ]
        self.reference.deliver(sent, message.received_at, self.alerting.now)
        self.delivered.append(message)

    def _sweep(self):
        self.alerting.sweep(never)
        reported = {
            (alert.rule_id, alert.device_id, alert.fired_at)
            for alert in self.alerting.fired
            if isinstance(alert.condition, Silence)
        }
        self.reference.sweep(self.alerting.now, reported)


def _definition(plan):
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


def _actual(alerts):
    return _sorted(
        (alert.rule_id, alert.device_id, alert.rule_name, alert.severity, *_seen(alert))
        for alert in alerts
    )


def _expected(alerts):
    return _sorted(
        (rule_id, device, alert.name, alert.severity, *_seen(alert))
        for rule_id, device, alert in alerts
    )


def _seen(alert):
    return alert.fired_at, alert.actual_value, alert.last_reading_at, alert.resolved_at


def _sorted(rows):
    return sorted(rows, key=repr)


def test_the_alerts_are_those_of_the_reference_over_ten_thousand_steps():
    happened = Counter()
    run_state_machine_as_test(
        lambda: RulesReadingsAndSweeps(happened),
        settings=settings(
            max_examples=EXAMPLES,
            stateful_step_count=STEPS_EACH,
            derandomize=True,
            deadline=None,
            suppress_health_check=list(HealthCheck),
        ),
    )
    assert happened["steps"] >= 10_000
    assert [what for what in MUST_HAPPEN if not happened[what]] == []
