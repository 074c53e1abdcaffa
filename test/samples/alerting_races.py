"""Situations in which two sides act on one rule at once: what each of them does, step by step.

Each brings a race about and gives the steps of its two sides. A step is repeated if its side dies
in the middle of it, as the queue and the schedule do; the steps are written so that it may be.
"""

from contextlib import suppress

from alerting.rules.definition import EVERY_DEVICE, RuleDefinition
from kernel.clock import SECOND_MS
from kernel.errors import NotFound
from samples.alerting_in_memory import never
from samples.readings import reading
from samples.rules import above, silent

DEVICE, OTHER_DEVICE = "device-1", "device-2"


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

    def delete(functions):
        # Whoever asks again is told that the rule is gone.
        with suppress(NotFound):
            functions.keeping.delete(rule.rule_id)

    deletion = [
        delete,
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
