from samples.readings import START, reading
from samples.rules import a_rule, above, silent

from alerting.rule_state import MOST_ALERTS_AT_ONCE, Movement

RULE = a_rule(above(30))


def moved(rule, *readings, before=None, now=START):
    """The movement that readings bring about."""
    movement = Movement(rule, "device-1", before)
    movement.take_in(readings, now)
    return movement


def test_a_reading_that_says_nothing_of_the_metric_leaves_nothing_to_keep():
    assert not moved(RULE, reading(humidity=40)).changed


def test_a_value_of_another_kind_says_nothing_of_the_metric():
    assert not moved(RULE, reading(temperature="40")).changed
    assert not moved(RULE, reading(temperature=True)).changed


def test_the_same_readings_again_change_nothing():
    readings = [reading(timestamp=START + i, temperature=40 * (i % 2)) for i in range(5)]
    once = moved(RULE, *readings)
    assert not moved(RULE, *readings, before=once.state).changed


def test_a_movement_stops_where_no_more_alerts_fit_one_commit():
    readings = [reading(timestamp=START + i, temperature=40 - 20 * (i % 2)) for i in range(500)]
    first = moved(RULE, *readings)
    assert len(first.fired) == MOST_ALERTS_AT_ONCE
    assert first.state.position.timestamp == readings[2 * MOST_ALERTS_AT_ONCE - 2].timestamp
    second = moved(RULE, *readings, before=first.state)
    assert list(second.resolved.values()) == [readings[2 * MOST_ALERTS_AT_ONCE - 1].timestamp]
    assert not first.fired.keys() & second.fired.keys()


def test_only_a_movement_that_fires_or_begins_is_wrong_under_another_rule():
    quiet = moved(RULE, reading(temperature=20))
    assert quiet.obeys_the_rule
    later = reading(timestamp=START + 1, temperature=20)
    assert not moved(RULE, later, before=quiet.state).obeys_the_rule
    assert moved(RULE, reading(temperature=40)).obeys_the_rule
    changed = RULE.replaced_by(a_rule(above(50)).definition, START + 1)
    assert moved(changed, before=quiet.state).obeys_the_rule


def test_a_reading_does_not_put_off_the_look_at_the_silence():
    rule = a_rule(silent(60))
    waiting = moved(rule, reading(timestamp=START))
    later = moved(rule, reading(timestamp=START + 1_000), before=waiting.state)
    assert later.state.check_at == waiting.state.check_at == START + 60_000
