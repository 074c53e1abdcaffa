"""Silence, where readings come late."""

import pytest
from samples.alerting_in_memory import Alerting, never
from samples.deliveries import at, told
from samples.readings import START, reading
from samples.rules import silent

from alerting.rules.definition import EVERY_DEVICE

MINUTE = 60


@pytest.fixture
def alerting():
    """Alerting without a rule."""
    return Alerting()


def test_silence_is_broken_by_what_comes_late(alerting):
    alerting.define(silent(MINUTE), EVERY_DEVICE)
    first = alerting.now
    alerting.deliver(reading(timestamp=first, humidity=1))
    alerting.pass_seconds(MINUTE)
    alerting.sweep(never)
    alerting.deliver(reading(timestamp=first + 10_000, humidity=1))
    (alert,) = alerting.fired
    assert alert.resolved_at == alert.contradicted_at == first + 10_000 < alert.fired_at
    alerting.pass_seconds(30)
    alerting.sweep(never)
    again = alerting.fired[1]
    assert (again.fired_at, again.resolved_at) == (first + 70_000, None)
    assert again.last_reading_at == first + 10_000


def test_a_silence_that_only_readings_tell_of_waits_for_those_still_to_come(alerting):
    alerting.define(silent(MINUTE), EVERY_DEVICE)
    first = alerting.now
    alerting.deliver(reading(timestamp=first, humidity=1))
    alerting.pass_seconds(600)
    alerting.deliver(reading(timestamp=first + 600_000, humidity=1))
    for n in range(20, 580, 20):
        alerting.deliver(reading(timestamp=first + n * 1_000, humidity=1))
    alerting.sweep(never)
    assert alerting.fired == []


@pytest.mark.parametrize(("gap_ms", "fires"), [(MINUTE * 1_000 - 1, 0), (MINUTE * 1_000, 1)])
def test_a_silence_that_reached_its_limit_is_an_alert_though_no_sweep_saw_it(
    alerting, gap_ms, fires
):
    alerting.define(silent(MINUTE), EVERY_DEVICE)
    first = alerting.now
    alerting.deliver(reading(timestamp=first, humidity=1))
    alerting.now += gap_ms
    alerting.deliver(reading(timestamp=first + gap_ms, humidity=1))
    alerting.sweep(never)
    ends = [(one.fired_at, one.resolved_at) for one in alerting.fired]
    assert ends == [(first + MINUTE * 1_000, first + gap_ms)] * fires


def test_a_late_reading_within_a_silence_that_is_over_contradicts_it(alerting):
    alerting.define(silent(MINUTE), EVERY_DEVICE)
    first = alerting.now
    for n in (0, 100, 130, 160, 190, 220):
        alerting.deliver(reading(timestamp=first + n * 1_000, humidity=1))
    alerting.pass_seconds(220)
    alerting.sweep(never)
    assert [one.resolved_at for one in alerting.fired] == [first + 100_000]
    alerting.deliver(reading(timestamp=first + 50_000, humidity=1))
    (alert,) = alerting.fired
    assert alert.contradicted_at == alert.resolved_at == first + 50_000
    alerting.deliver(reading(timestamp=first + 145_000, humidity=1))
    alerting.sweep(never)
    assert alerting.fired == [alert]


def test_a_rule_for_every_device_misses_nobody_whom_it_has_not_heard_of(alerting):
    alerting.define(silent(MINUTE), EVERY_DEVICE)
    alerting.pass_seconds(10 * MINUTE)
    alerting.speak(humidity=1)
    alerting.sweep(never)
    assert alerting.fired == []


def test_what_was_taken_before_the_rule_was_made_is_not_the_last_reading(alerting):
    alerting.define(silent(MINUTE), EVERY_DEVICE)
    alerting.speak(seconds_ago=5, humidity=1)
    alerting.pass_seconds(MINUTE)
    alerting.sweep(never)
    (alert,) = alerting.fired
    assert alert.last_reading_at is None
    assert alert.fired_at == alerting.now


def test_what_was_heard_and_not_written_down_is_no_silence(alerting):
    alerting.define(silent(60 * MINUTE), EVERY_DEVICE)
    first = alerting.now
    for seconds_later in (0, 200, 3_700):
        alerting.now = first + seconds_later * 1_000
        alerting.speak(humidity=1)
    alerting.sweep(never)
    assert alerting.fired == []


def test_what_is_stored_and_not_evaluated_yet_is_no_silence(alerting):
    alerting.define(silent(MINUTE))
    alerting.pass_seconds(30)
    alerting.spoken(humidity=1)
    alerting.pass_seconds(30)
    alerting.sweep(never)
    assert alerting.fired == []
    alerting.pass_seconds(30)
    alerting.sweep(never)
    assert len(alerting.fired) == 1


def test_a_silence_that_was_told_of_after_a_cooldown_that_was_none_says_so(alerting):
    alerting.define(silent(10), cooldown_seconds=MINUTE)

    def speaks(taken_at, arrives_at):
        alerting.now = START + arrives_at * 1_000
        alerting.deliver(at(taken_at, humidity=1))

    def is_swept(at_second):
        alerting.now = START + at_second * 1_000
        alerting.sweep(never)

    speaks(5, 5)
    is_swept(16)
    speaks(16, 16)
    is_swept(80)
    speaks(80, 80)
    assert told(alerting) == [(15, 16, None), (75, 80, None)]
    speaks(12, 81)
    is_swept(82)
    assert told(alerting) == [(15, 12, 12), (75, 80, None)]
    speaks(40, 83)
    is_swept(84)
    assert told(alerting)[:2] == [(15, 12, 12), (75, 40, 40)]
