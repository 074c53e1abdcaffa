from dataclasses import replace

from samples.movements import moved, news
from samples.readings import START, reading
from samples.rules import a_rule, above, silent

from alerting.alerts.model import Ending
from alerting.evaluation.history import History
from alerting.evaluation.movement import MOST_ALERTS_AT_ONCE, Movement
from alerting.evaluation.silence_fold import SilenceFold
from alerting.evaluation.state import Unsettled
from alerting.evaluation.timeline import Checkpoint, Snapshot
from kernel.clock import HOUR_MS, MINUTE_MS, SECOND_MS

RULE = a_rule(above(30))


def at(seconds, **metrics):
    return reading(timestamp=START + seconds * SECOND_MS, **metrics)


def test_a_reading_that_says_nothing_of_the_metric_leaves_nothing_to_keep():
    assert not moved(RULE, reading(humidity=40)).changed


def test_a_value_of_another_kind_says_nothing_of_the_metric():
    assert not moved(RULE, reading(temperature="40")).changed
    assert not moved(RULE, reading(temperature=True)).changed


def test_readings_that_do_not_meet_the_condition_leave_nothing_to_keep():
    assert not moved(RULE, *(at(n, temperature=20) for n in range(5))).changed


def test_an_alert_that_goes_on_leaves_nothing_to_keep():
    firing = moved(RULE, at(0, temperature=40))
    assert firing.changed
    assert not moved(RULE, at(10, temperature=41), before=firing.state).changed


def test_the_same_readings_again_change_nothing():
    readings = [at(n, temperature=40 * (n % 2)) for n in range(3)]
    once = moved(RULE, *readings)
    again = Movement(RULE, "device-1", once.state)
    assert again.take_in(news(*readings)) is None
    assert not again.changed


def test_a_reading_between_two_that_are_known_is_looked_at_again():
    once = moved(RULE, at(0, temperature=20), at(10, temperature=40), at(20, temperature=20))
    for seconds, temperature in ((5, 40), (15, 20)):
        late = Movement(RULE, "device-1", once.state)
        one = at(seconds, temperature=temperature)
        assert late.take_in(news(one)) == one.position
    for seconds, temperature in ((5, 20), (15, 40), (25, 20)):
        late = Movement(RULE, "device-1", once.state)
        assert late.take_in(news(at(seconds, temperature=temperature))) is None


def test_a_movement_stops_where_no_more_alerts_fit_one_commit():
    readings = [reading(timestamp=START + n, temperature=40 - 20 * (n % 2)) for n in range(500)]
    first = moved(RULE, *readings)
    assert len(first.fired) == MOST_ALERTS_AT_ONCE
    assert first.goes_on_from == readings[2 * MOST_ALERTS_AT_ONCE - 1].position
    assert first.state.unsettled.since == first.goes_on_from
    second = Movement(RULE, "device-1", first.state)
    history = History(news(*readings).readings, frozenset())
    second.reconcile(first.goes_on_from, history, {}, START, by_clock=False)
    assert len(second.fired) + len(second.amended) == MOST_ALERTS_AT_ONCE
    assert len(second.amended) == 1
    assert not first.fired.keys() & second.fired.keys()


def test_only_a_movement_that_fires_or_begins_is_wrong_under_another_rule():
    firing = moved(RULE, at(0, temperature=40))
    assert firing.obeys_the_rule
    ending = moved(RULE, at(1, temperature=20), before=firing.state)
    assert ending.changed
    assert not ending.obeys_the_rule
    assert moved(RULE, at(2, temperature=40), before=ending.state).obeys_the_rule
    changed = RULE.replaced_by(a_rule(above(50)).definition, START + 1)
    assert moved(changed, before=firing.state).obeys_the_rule


def test_a_reading_does_not_put_off_the_look_at_the_silence():
    rule = a_rule(silent(60))
    waiting = moved(rule, at(0))
    later = moved(rule, at(40), before=waiting.state)
    assert later.changed
    assert later.state.check_at == waiting.state.check_at == START + MINUTE_MS


def test_who_keeps_speaking_is_written_down_every_few_minutes_only():
    rule = a_rule(silent(3_600))
    state, written = None, 0
    for seconds in range(0, 1_800, 10):
        movement = moved(rule, at(seconds), before=state)
        written += movement.changed
        state = movement.state if movement.changed else state
    assert written == 6
    assert len(state.timeline.checkpoints) <= 3


def test_the_longest_segment_is_remembered_and_seldom_written():
    state, written = None, 0
    for span_ms in (0, 999, 1_000, 1_024, 5_000, 7_000, HOUR_MS, HOUR_MS):
        movement = Movement(RULE, "device-1", state)
        assert movement.take_in(news(at(0, temperature=20), longest_ms=span_ms)) is None
        written += movement.changed
        state = movement.state if movement.changed else state
        assert state is None or state.longest_ms >= span_ms
    assert written == 3


def test_an_alert_fires_again_at_the_moment_that_its_cooldown_ends():
    rule = a_rule(above(30), cooldown_seconds=60)
    cooling = moved(rule, at(0, temperature=40), at(1, temperature=20)).state
    for seconds, alerts in ((59, 0), (60, 1)):
        assert len(moved(rule, at(seconds, temperature=40), before=cooling).fired) == alerts


def test_only_a_mark_that_reaches_back_far_enough_is_one():
    state = moved(RULE, at(0, temperature=40), at(9, temperature=20)).state
    marking = Movement(RULE, "device-1", state)
    marking.mark(at(5).position)
    marked = Movement(RULE, "device-1", marking.state)
    assert marked.is_marked(at(5).position)
    assert marked.is_marked(at(6).position)
    assert not marked.is_marked(at(4).position)
    assert not Movement(RULE, "device-1", state).is_marked(at(5).position)
    changed = RULE.replaced_by(a_rule(above(35)).definition, START)
    assert not Movement(changed, "device-1", marking.state).is_marked(at(5).position)


def test_a_mark_remembers_how_far_alerts_may_have_been_fired():
    settled = moved(RULE, at(0, temperature=40), at(9, temperature=20)).state
    half_told = replace(settled, unsettled=Unsettled(at(5).position, at(20).position))
    for state, until in ((settled, at(9, temperature=20)), (half_told, at(20))):
        marking = Movement(RULE, "device-1", state)
        marking.mark(at(1).position)
        assert marking.state.fired_until == until.position


def test_an_alert_of_the_future_does_not_end_before_it_began():
    firing = moved(RULE, at(30, temperature=40))
    changed = RULE.replaced_by(a_rule(above(35)).definition, START + 10 * SECOND_MS)
    movement = Movement(changed, "device-1", firing.state)
    assert movement.closed == dict.fromkeys(firing.fired, START + 30 * SECOND_MS)


def test_a_reopened_alert_is_not_kept_under_another_rule():
    movement = Movement(RULE, "device-1", moved(RULE, at(0, temperature=40)).state)
    movement.amended = {"an-alert": Ending(START)}
    assert not movement.obeys_the_rule
    movement.amended = {"an-alert": Ending()}
    assert movement.obeys_the_rule


def test_news_does_not_skip_what_was_to_be_looked_at_already():
    state = moved(RULE, at(0, temperature=40), at(9, temperature=20)).state
    marking = Movement(RULE, "device-1", state)
    marking.mark(at(15).position)
    for seconds in (12, 20):
        marked = Movement(RULE, "device-1", marking.state)
        start = marked.take_in(news(at(seconds, temperature=40)))
        assert start == min(at(15).position, at(seconds, temperature=40).position)


def test_what_was_forgotten_of_a_device_that_kept_speaking_is_looked_at_again():
    rule = a_rule(silent(60))
    heard = Snapshot(watched=True, heard_at=START)
    later = Checkpoint(at(50).position, replace(heard, heard_at=START + 50 * SECOND_MS))
    watch = SilenceFold(rule, "device-1", rule.definition.condition)
    for opaque in (False, True):
        before = Checkpoint(at(0).position, heard, opaque=opaque)
        assert watch.changes(before, later, at(30)) is opaque
