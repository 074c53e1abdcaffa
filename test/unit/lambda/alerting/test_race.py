"""Two sides at once: each runs whole at every point where the other speaks to a port."""

from collections.abc import Iterator
from dataclasses import replace
from itertools import count, permutations

import pytest
from samples.alerting_in_memory import Alerting, Functions, never
from samples.readings import reading
from samples.rules import above, silent

from alerting.model import EVERY_DEVICE, RuleDefinition
from kernel.clock import SECOND_MS

DEVICE, OTHER_DEVICE = "device-1", "device-2"


class Interrupted:
    """A port where `interrupt` comes first whenever something is asked of it, or taken from it."""

    def __init__(self, port, interrupt):
        self._port, self._interrupt = port, interrupt

    def __getattr__(self, name):
        method = getattr(self._port, name)

        def asked(*arguments):
            self._interrupt()
            answer = method(*arguments)
            return self._taken(answer) if isinstance(answer, Iterator) else answer

        return asked

    def _taken(self, items):
        for item in items:
            yield item
            self._interrupt()


class Interruption:
    """Lets the other side run at one point of all that are passed."""

    def __init__(self, point, other):
        self.points_passed, self._point, self._other = 0, point, other

    def __call__(self):
        self.points_passed += 1
        if self.points_passed == self._point:
            self._other()


def evaluation(message):
    return lambda functions: functions.evaluate(message)


def arrival(race, message):
    """What processing does, and what evaluation does of it."""

    def store_and_evaluate(functions):
        race.stored(message)
        functions.evaluate(message)

    return store_and_evaluate


def reported(race, *temperatures, step_seconds=1):
    """Readings of the last seconds, a message each, none of them stored."""
    age = step_seconds * len(temperatures)
    return [
        race.message(
            reading(DEVICE, race.now - (age - n * step_seconds) * SECOND_MS, temperature=degrees)
        )
        for n, degrees in enumerate(temperatures)
    ]


def replacement(rule, definition):
    return lambda functions: functions.keeping.replace(rule.rule_id, definition)


def a_sweep(functions):
    functions.sweep(never)


# Situations: each brings a race about and gives the steps of its two sides.


def speaks_as_its_silence_is_found(race):
    race.define(silent(60))
    race.speak()
    race.pass_seconds(60)
    return [evaluation(race.spoken())], [a_sweep]


def speaks_of_earlier_as_its_silence_is_found(race):
    race.define(silent(60), EVERY_DEVICE)
    race.speak()
    race.pass_seconds(60)
    return [evaluation(race.spoken(seconds_ago=30))], [a_sweep]


def speaks_after_its_silence_was_found(race):
    race.define(silent(60))
    race.speak()
    race.pass_seconds(60)
    race.sweep(never)
    race.pass_seconds(1)
    return [evaluation(race.spoken())], [a_sweep]


def speaks_for_the_first_time_as_it_begins_to_be_waited_for(race):
    race.define(silent(10))
    race.pass_seconds(10)
    return [evaluation(race.spoken())], [a_sweep]


def speaks_as_the_rule_that_found_it_silent_is_followed_up(race):
    rule = race.define(silent(60), EVERY_DEVICE)
    race.speak()
    race.pass_seconds(60)
    race.sweep(never)
    race.keeping.replace(rule.rule_id, RuleDefinition(EVERY_DEVICE, silent(10)))
    race.pass_seconds(10)
    return [evaluation(race.spoken())], [a_sweep]


def fires_as_its_changed_rule_is_followed_up(race):
    rule = race.define(above(30))
    race.speak(temperature=50)
    race.pass_seconds(1)
    race.keeping.replace(rule.rule_id, RuleDefinition(DEVICE, above(40)))
    race.pass_seconds(10)
    return [evaluation(race.spoken(temperature=50))], [a_sweep]


def sends_the_same_message_twice_at_once(race):
    race.define(above(30))
    race.define(silent(60))
    message = race.spoken(temperature=50)
    return [evaluation(message)], [evaluation(message)]


def is_silent_for_two_sweeps(race):
    race.define(silent(60))
    race.speak()
    race.pass_seconds(60)
    return [a_sweep], [a_sweep]


def fires_as_its_rule_is_given_to_another_device(race):
    rule = race.define(above(30))
    race.pass_seconds(1)
    moved = replacement(rule, RuleDefinition(OTHER_DEVICE, above(30)))
    return [evaluation(race.spoken(temperature=50))], [moved]


def fires_as_its_rule_is_deleted_and_followed_up(race):
    rule = race.define(above(30))
    race.pass_seconds(1)
    deletion = [
        lambda functions: functions.keeping.delete(rule.rule_id),
        lambda _: race.pass_seconds(10),
        a_sweep,
    ]
    return [evaluation(race.spoken(temperature=50))], deletion


def fires_under_its_changed_rule_before_an_earlier_message(race):
    rule = race.define(above(30))
    earlier = race.spoken(temperature=50)
    race.pass_seconds(1)
    later = race.spoken(temperature=50)
    changed = replacement(rule, RuleDefinition(DEVICE, above(40)))
    return [evaluation(earlier)], [changed, evaluation(later)]


def is_found_silent_as_its_rule_is_disabled(race):
    rule = race.define(silent(60))
    race.speak()
    race.pass_seconds(60)
    disabled = replacement(rule, RuleDefinition(DEVICE, silent(60), enabled=False))
    return [a_sweep], [disabled]


def sends_three_readings_and_the_last_comes_first(race):
    race.define(above(30))
    hot, cold, hot_again = reported(race, 50, 20, 50)
    return [arrival(race, hot_again)], [arrival(race, hot), arrival(race, cold)]


def sends_what_ends_an_alert_before_what_fires_it(race):
    race.define(above(30))
    hot, cold = reported(race, 50, 20)
    return [arrival(race, cold)], [arrival(race, hot)]


def sends_what_is_quiet_as_its_past_changes(race):
    race.define(above(30))
    late, hot, cold = reported(race, 50, 50, 20)
    race.stored(hot)
    race.evaluate(hot)
    return [arrival(race, late)], [arrival(race, cold)]


def sends_late_what_interrupts_an_alert(race):
    race.define(above(30, duration_seconds=2))
    hot, cold, still_hot, firing = reported(race, 50, 20, 50, 50)
    race.stored(hot)
    race.evaluate(hot)
    return [arrival(race, firing)], [arrival(race, still_hot), arrival(race, cold)]


def flaps_and_half_of_it_comes_late(race):
    race.define(above(30))
    first, second, third, fourth = reported(race, 50, 20, 50, 20)
    return [arrival(race, fourth), arrival(race, second)], [
        arrival(race, third),
        arrival(race, first),
    ]


def speaks_late_as_its_silence_is_found(race):
    race.define(silent(60))
    race.speak()
    late = race.message(reading(DEVICE, race.now + 30 * SECOND_MS))
    race.pass_seconds(60)
    return [arrival(race, late)], [a_sweep]


def speaks_late_after_its_silence_was_found_and_ended(race):
    race.define(silent(60))
    race.speak()
    late = race.message(reading(DEVICE, race.now + 30 * SECOND_MS))
    race.pass_seconds(60)
    race.sweep(never)
    race.speak()
    race.pass_seconds(30)
    return [arrival(race, late)], [a_sweep]


def sends_late_as_its_rule_is_changed(race):
    rule = race.define(above(30))
    race.speak(temperature=50)
    race.pass_seconds(1)
    late = race.spoken(seconds_ago=10, temperature=20)
    changed = replacement(rule, RuleDefinition(DEVICE, above(40)))
    return [evaluation(late)], [changed, a_sweep]


SITUATIONS = [
    sends_three_readings_and_the_last_comes_first,
    sends_what_ends_an_alert_before_what_fires_it,
    sends_what_is_quiet_as_its_past_changes,
    sends_late_what_interrupts_an_alert,
    flaps_and_half_of_it_comes_late,
    speaks_late_as_its_silence_is_found,
    speaks_late_after_its_silence_was_found_and_ended,
    sends_late_as_its_rule_is_changed,
    speaks_as_its_silence_is_found,
    speaks_of_earlier_as_its_silence_is_found,
    speaks_after_its_silence_was_found,
    speaks_for_the_first_time_as_it_begins_to_be_waited_for,
    speaks_as_the_rule_that_found_it_silent_is_followed_up,
    fires_as_its_changed_rule_is_followed_up,
    sends_the_same_message_twice_at_once,
    is_silent_for_two_sweeps,
    fires_as_its_rule_is_given_to_another_device,
    fires_as_its_rule_is_deleted_and_followed_up,
    fires_under_its_changed_rule_before_an_earlier_message,
    is_found_silent_as_its_rule_is_disabled,
]


def outcome(race):
    """All that can be seen now, and after the device was silent for an hour and spoke again."""
    states = [held.state for held in race.ports.states.states.values()]
    # When those of a rule that watches otherwise end in the record is the business of the sweep.
    now = [
        alert if race.is_present(alert) else replace(alert, resolved_at=None)
        for alert in race.fired
    ]
    open_alerts = {alert.alert_id for alert in race.fired if alert.resolved_at is None}
    known = {alert_id for state in states for alert_id in state.open_alerts}
    assert open_alerts <= known, "an alert is open that no state knows of"
    for seconds in (10, 3_600):
        race.pass_seconds(seconds)
        race.sweep(never)
    silent_at_last = race.fired
    race.speak(temperature=0)
    race.pass_seconds(1)
    race.sweep(never)
    assert [alert for alert in race.fired if alert.resolved_at is None] == []
    told = sorted(race.published)
    assert told == sorted(alert.alert_id for alert in race.fired)
    return now, silent_at_last, race.fired


def serial_outcomes(situation):
    """The outcomes of every order in which no step begins before another one has ended."""
    turns = [side for side, steps in enumerate(situation(Alerting())) for _ in steps]
    outcomes = []
    for order in set(permutations(turns)):
        race = Alerting()
        sides = [iter(steps) for steps in situation(race)]
        for side in order:
            next(sides[side])(race)
        outcomes.append(outcome(race))
    return outcomes


def interrupted(situation, side, point):
    """The outcome where all of the other side comes at a point, and how many points there were."""
    race = Alerting()
    sides = situation(race)

    def other_side():
        for step in sides[1 - side]:
            step(race)

    interruption = Interruption(point, other_side)
    ports = race.ports.each(lambda port: Interrupted(port, interruption))
    functions = Functions(ports, race.clock)
    for step in sides[side]:
        step(functions)
    return outcome(race), interruption.points_passed


@pytest.mark.parametrize("side", [0, 1], ids=["the_first_interrupted", "the_second_interrupted"])
@pytest.mark.parametrize("situation", SITUATIONS, ids=lambda situation: situation.__name__)
def test_the_outcome_is_that_of_one_after_the_other_when_a_device(situation, side):
    allowed = serial_outcomes(situation)
    for point in count(1):
        met, points_passed = interrupted(situation, side, point)
        if points_passed < point:
            break
        assert met in allowed, f"interrupted at point {point}"
    assert point > 2
