"""Alerting on memory adapters against the reference, driven by hypothesis.

Messages are held back on their way to the pipeline and within it, and come again; processing and
evaluation take them in any order. Whenever nothing is left to be evaluated, the alerts are those of
the reference, which knows no order.
"""

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
from samples.alerting_observed import ObservedAlerting
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
from samples.alerting_reference import BACKFILL_MS
from samples.readings import reading

EXAMPLES, STEPS_EACH = 600, 50
MUST_HAPPEN = (
    "fired",
    "fired after a duration",
    "duration not reached",
    "resolved by a reading",
    "resolved by a change",
    "cooldown suppressed",
    "hysteresis held",
    "no-data fired",
    "no-data fired, never heard of",
    "no-data resolved",
    "no-data cooldown suppressed",
    "told, and contradicted by a late reading",
    "too late",
    "evaluated together",
    "sweep out of time",
)


class RulesReadingsAndSweeps(ObservedAlerting, RuleBasedStateMachine):
    """Callers, devices, the queues and the schedule, in any order."""

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
        self._freeze(rule_id)
        self.alerting.pass_seconds(1)
        if again:
            self._create(plan)

    @rule(sightings=sightings)
    def readings_arrive(self, sightings):
        self._arrive(self._message(sightings))

    @rule(sightings=sightings)
    def readings_are_on_their_way_for_a_while(self, sightings):
        self.unsent.append(
            [
                reading(device, self.alerting.now - age_seconds * 1_000, **metrics)
                for device, age_seconds, metrics in sightings
            ]
        )

    @precondition(lambda self: self.unsent)
    @rule(data=st.data())
    def what_was_on_its_way_arrives(self, data):
        self._arrive(self.alerting.message(*self._drawn(data, self.unsent)))

    @rule(sightings=sightings)
    def readings_wait_to_be_processed(self, sightings):
        message = self._message(sightings)
        self.unprocessed.append(message)
        self.alerting.now += 1

    @precondition(lambda self: self.unprocessed)
    @rule(data=st.data())
    def what_waited_is_processed(self, data):
        self._process(self._drawn(data, self.unprocessed))

    @precondition(lambda self: self.unevaluated)
    @rule(data=st.data(), together=st.integers(1, 3))
    def what_was_processed_is_evaluated(self, data, together):
        messages = [
            self._drawn(data, self.unevaluated) for _ in range(min(together, len(self.unevaluated)))
        ]
        self.happened["evaluated together"] += len(messages) > 1
        self._evaluate(*messages)

    @precondition(lambda self: self._living())
    @rule(data=st.data(), values=st.lists(LEVELS, min_size=3, max_size=8))
    def what_a_rule_watches_is_reported_every_five_seconds_in_any_order(self, data, values):
        plan = self.reference.rules[data.draw(st.sampled_from(self._living()))].plan
        device = "a" if plan.device == "*" else plan.device
        metric = "level" if plan.metric == "level" else "temperature"
        first = self.alerting.now
        readings = [
            reading(device, first + n * 5_000, **{metric: value}) for n, value in enumerate(values)
        ]
        self.alerting.pass_seconds(5 * len(values))
        for one in data.draw(st.permutations(readings)):
            self._arrive(self.alerting.message(one))

    @precondition(lambda self: self.alerting.fired)
    @rule(data=st.data(), metrics=metrics, milliseconds_off=st.sampled_from([-1, 0, 1, 2_500]))
    def a_late_reading_is_of_when_an_alert_fired_or_ended(self, data, metrics, milliseconds_off):
        alert = data.draw(st.sampled_from(self.alerting.fired))
        moments = (alert.last_reading_at, alert.fired_at, alert.resolved_at)
        at = data.draw(st.sampled_from([moment for moment in moments if moment is not None]))
        self._arrive(
            self.alerting.message(reading(alert.device_id, at + milliseconds_off, **metrics))
        )

    @precondition(lambda self: self.sent)
    @rule(data=st.data())
    def a_message_comes_again(self, data):
        self._process(data.draw(st.sampled_from(self.sent)))

    @precondition(lambda self: self.sent)
    @rule(data=st.data())
    def what_lies_raw_is_processed_again(self, data):
        message = data.draw(st.sampled_from(self.sent))
        for segment in message.segments:
            first = self.reference.stored[segment.device_id][segment.key]
            again = replace(message, segments=(segment,), received_at=first.received_at)
            self._process(replace(again, replay=True))

    @precondition(lambda self: self.sent)
    @rule(data=st.data())
    def a_request_is_sent_again(self, data):
        message = data.draw(st.sampled_from(self.sent))
        readings = [one for segment in message.segments for one in segment.readings]
        split = data.draw(st.integers(0, len(readings)))
        for part in (readings[:split], readings[split:]):
            if part:
                self._arrive(self.alerting.message(*part))

    @rule(device=DEVICES, metrics=metrics, milliseconds_too_old=st.integers(0, 1))
    def a_week_is_filled_in(self, device, metrics, milliseconds_too_old):
        timestamp = self.alerting.now - BACKFILL_MS - milliseconds_too_old
        self._arrive(self.alerting.message(reading(device, timestamp, **metrics)))

    @rule(seconds=PASSING_SECONDS)
    def time_passes(self, seconds):
        self.alerting.pass_seconds(seconds)
        self.swept = False

    @rule(seconds=st.sampled_from([0, 5, 10, 20, 60, 3_600]))
    def a_sweep_runs(self, seconds):
        self.alerting.pass_seconds(seconds)
        self._sweep()

    @rule(looks=st.integers(0, 3))
    def a_sweep_runs_out_of_time_and_the_next_goes_on(self, looks):
        self.alerting.pass_seconds(10)
        asked = iter(range(looks))
        self.swept = False
        self.alerting.sweep(lambda: next(asked, None) is None)
        self.happened["sweep out of time"] += 1
        self._sweep()

    @invariant()
    def the_alerts_are_those_of_the_reference(self):
        self.happened["steps"] += 1
        if self.unevaluated:
            return
        for rule_id, watching in self.reference.rules.items():
            for device in sorted({*self.reference.stored, "a", "b", "c"}):
                alerts = [
                    alert
                    for alert in self.alerting.fired
                    if (alert.rule_id, alert.device_id) == (rule_id, device)
                ]
                present = self._revision(rule_id)
                former = [one for one in alerts if one.rule_revision != present]
                self._check_former(former)
                if (rule_id, watching.revision) in self.cooled_otherwise:
                    continue
                if watching.is_on_for(device) and device not in self.unruly:
                    self._check_present(
                        rule_id,
                        device,
                        [one for one in alerts if one.rule_revision == present],
                        # A reading that is sent again after its rule was changed fires once.
                        [(one.fired_at, one.actual_value) for one in former],
                    )

    @invariant()
    def every_alert_was_told_of_once_and_stays(self):
        ids = sorted(alert.alert_id for alert in self.alerting.fired)
        assert sorted(self.alerting.published) == ids


def run_machine(examples):
    happened = Counter()
    run_state_machine_as_test(
        lambda: RulesReadingsAndSweeps(happened),
        settings=settings(
            max_examples=examples,
            stateful_step_count=STEPS_EACH,
            derandomize=True,
            deadline=None,
            suppress_health_check=list(HealthCheck),
        ),
    )
    return happened


def test_the_alerts_are_those_of_the_reference_over_twenty_thousand_steps():
    happened = run_machine(EXAMPLES)
    assert happened["steps"] >= 20_000
    assert [what for what in MUST_HAPPEN if not happened[what]] == []


def test_they_are_the_same_where_a_look_takes_in_three_readings_at_a_time(monkeypatch):
    monkeypatch.setattr("alerting.evaluation.moving._MOST_READINGS", 3)
    assert run_machine(EXAMPLES // 4)["fired"]
