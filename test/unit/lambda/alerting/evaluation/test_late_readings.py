"""Readings that are late, repeated or out of order, and what people were told meanwhile."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st
from samples.alerting_in_memory import LATENESS_SECONDS, Alerting
from samples.deliveries import at, deliver, seconds, told
from samples.readings import START, reading
from samples.rules import above

from alerting.evaluation.movement import Movement
from alerting.rules.definition import RuleDefinition

MINUTE = 60


@pytest.fixture
def alerting():
    """Alerting an hour after the readings that tests send."""
    alerting = Alerting()
    alerting.define(above(50))
    alerting.pass_seconds(3_600)
    return alerting


def test_what_was_overtaken_fires_all_the_same(alerting):
    deliver(alerting, at(2, temperature=40), at(1, temperature=60))
    assert told(alerting) == [(1, 2, None)]
    assert len(alerting.published) == 1


def test_a_late_reading_moves_the_end_of_an_alert(alerting):
    deliver(alerting, at(1, temperature=60), at(9, temperature=40), at(5, temperature=40))
    assert told(alerting) == [(1, 5, None)]


def test_a_late_reading_that_changes_nothing_leaves_everything_as_it_is(alerting):
    deliver(alerting, at(1, temperature=60), at(9, temperature=40), at(5, temperature=70))
    assert told(alerting) == [(1, 9, None)]


def test_an_alert_that_goes_on_from_an_earlier_one_is_contradicted_and_confirmed(alerting):
    deliver(alerting, at(5, temperature=60), at(1, temperature=60))
    assert told(alerting) == [(1, None, None), (5, 1, 1)]
    deliver(alerting, at(3, temperature=40))
    assert told(alerting) == [(1, 3, None), (5, None, None)]
    deliver(alerting, at(7, temperature=40))
    assert told(alerting) == [(1, 3, None), (5, 7, None)]
    assert sorted(alerting.published) == sorted({one.alert_id for one in alerting.fired})


def test_an_alert_whose_duration_was_interrupted_ends_at_the_late_reading():
    alerting = Alerting()
    alerting.define(above(50, duration_seconds=60))
    alerting.pass_seconds(3_600)
    deliver(alerting, at(0, temperature=60), at(60, temperature=60))
    assert told(alerting) == [(60, None, None)]
    deliver(alerting, at(30, temperature=40))
    assert told(alerting) == [(60, 30, 30)]
    deliver(alerting, at(120, temperature=60))
    assert told(alerting) == [(60, 30, 30), (120, None, None)]
    assert len(alerting.published) == 2


def test_what_was_contradicted_keeps_the_reading_that_did_it_first():
    alerting = Alerting()
    alerting.define(above(50, duration_seconds=60))
    alerting.pass_seconds(3_600)
    deliver(alerting, *(at(n, temperature=60) for n in (0, 10, 60)), at(30, temperature=40))
    deliver(alerting, at(5, temperature=40), at(40, temperature=60), at(45, temperature=40))
    assert told(alerting) == [(60, 30, 30)]


def test_a_late_alert_silences_those_within_its_cooldown():
    alerting = Alerting()
    alerting.define(above(50), cooldown_seconds=60)
    alerting.pass_seconds(3_600)
    deliver(alerting, at(30, temperature=60), at(31, temperature=40), at(0, temperature=60))
    deliver(alerting, at(1, temperature=40))
    assert told(alerting) == [(0, 1, None), (30, 0, 0)]


@pytest.mark.parametrize(("behind", "fires"), [(LATENESS_SECONDS, 1), (LATENESS_SECONDS + 1, 0)])
def test_a_reading_beyond_the_limit_fires_nothing_and_can_be_found(alerting, capsys, behind, fires):
    deliver(alerting, at(2_000, temperature=40), at(2_000 - behind, temperature=60))
    assert len(alerting.fired) == fires
    lines = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    found = [line for line in lines if line["event"] == "readings_too_late"]
    assert len(found) == 1 - fires
    for line in found:
        assert (line["device_id"], line["readings"]) == ("device-1", 1)
        assert line["taken_at"] == ["2025-11-21T00:18:19Z"]


@pytest.mark.parametrize("first", [0, 1])
@pytest.mark.parametrize("count", [40, 120, 121])
def test_a_late_reading_ends_an_alert_of_which_only_the_stored_readings_tell(
    alerting, first, count
):
    deliver(alerting, *(at(n, temperature=40 if (n - first) % 2 else 60) for n in range(count)))
    hot = range(first, count, 2)
    for n in (*hot[::2], *hot[1::2]):
        deliver(alerting, reading(timestamp=START + n * 1_000 + 500, temperature=40))
    assert told(alerting) == [(n, n + 0.5, None) for n in hot]


def test_what_cooldown_forbids_ends_when_the_alert_fired_that_it_cools_down_from():
    alerting = Alerting()
    alerting.define(above(50), cooldown_seconds=60)
    alerting.pass_seconds(3_600)
    deliver(alerting, at(30, temperature=60), at(31, temperature=40))
    deliver(alerting, at(5, temperature=40), at(0, temperature=60))
    assert told(alerting) == [(0, 5, None), (30, 0, 0)]


def test_what_came_too_late_is_told_of_though_only_a_look_shows_it(alerting, capsys):
    alerting.deliver(at(2_000, temperature=40))
    alerting.now += 1
    late = alerting.stored(alerting.message(at(1, temperature=60)))
    for n in range(80):
        alerting.pass_seconds(1)
        alerting.deliver(at(3_000 + n, temperature=40))
    alerting.evaluate(late)
    assert alerting.fired == []
    assert "readings_too_late" in capsys.readouterr().out


def test_what_is_older_than_all_that_is_remembered_is_told_of(alerting, capsys):
    waiting = alerting.stored(alerting.message(at(1, temperature=60)))
    for day in range(1, 60):
        alerting.pass_seconds(86_400)
        alerting.deliver(at(day * 86_400, temperature=60), at(day * 86_400 + 1, temperature=40))
    before = alerting.fired
    capsys.readouterr()
    alerting.evaluate(waiting)
    assert alerting.fired == before
    assert "readings_too_late" in capsys.readouterr().out


def test_a_message_that_waited_as_long_as_any_can_is_not_too_late(alerting):
    waiting = alerting.stored(alerting.message(at(1, temperature=60), at(2, temperature=40)))
    for day in range(1, 18):
        alerting.pass_seconds(86_400)
        alerting.deliver(at(day * 86_400, temperature=60), at(day * 86_400 + 1, temperature=40))
    alerting.evaluate(waiting)
    assert told(alerting)[0] == (1, 2, None)


def test_an_alert_whose_reading_counts_no_more_as_the_past_is_told_anew_ends(alerting):
    early = alerting.message(at(900, temperature=60))
    newest = alerting.message(at(2_000, temperature=60))
    alerting.now += 1
    deliver(alerting, at(1_000, temperature=60))
    alerting.stored(newest)
    alerting.evaluate(alerting.stored(early))
    assert told(alerting) == [(900, None, None), (1_000, 1_000, 1_000)]


def leave_undone(alerting, since):
    """What is left of a function that died as it was about to look."""
    (rule,) = alerting.ports.book.rules.values()
    key = ("device-1", rule.rule_id)
    held = alerting.ports.states.load([key])[key]
    left = Movement(rule, "device-1", held.state)
    left.mark(since.position)
    alerting.ports.states.commit(left, held, alerting.now)


@pytest.mark.parametrize("second", [0, 2, 4, 6, 36])
def test_what_somebody_left_undone_keeps_no_late_reading_from_being_looked_at(alerting, second):
    deliver(alerting, *(at(n, temperature=40 if n % 2 else 60) for n in range(40)))
    leave_undone(alerting, at(39))
    deliver(alerting, at(second + 0.5, temperature=40))
    assert (second, second + 0.5, None) in told(alerting)


def test_an_alert_goes_on_if_what_ended_it_counts_no_more(alerting):
    deliver(alerting, at(1_000, temperature=60))
    newest = alerting.message(at(2_000, temperature=60))
    alerting.now += 1
    deliver(alerting, at(1_050, temperature=40))
    assert told(alerting) == [(1_000, 1_050, None)]
    leave_undone(alerting, at(1_020))
    alerting.evaluate(alerting.stored(newest))
    assert told(alerting) == [(1_000, None, None)]


def test_a_reading_is_late_by_when_it_was_received_not_by_when_it_is_evaluated(alerting):
    early = alerting.stored(alerting.message(at(0, temperature=60)))
    alerting.now += 1
    deliver(alerting, at(3_000, temperature=40))
    alerting.evaluate(early)
    assert told(alerting) == [(0, 3_000, None)]


def test_what_a_long_request_of_before_the_rule_overtook_is_too_late():
    alerting = Alerting(lateness_seconds=60)
    alerting.pass_seconds(10)
    alerting.deliver(at(0, temperature=40), at(70, temperature=40))
    alerting.pass_seconds(10)
    alerting.define(above(50))
    alerting.pass_seconds(1)
    alerting.deliver(at(2, temperature=60))
    assert alerting.fired == []


def test_readings_of_one_request_do_not_make_each_other_late(alerting):
    alerting.deliver(*(at(n * 10, temperature=60 if n % 2 else 40) for n in range(300)))
    assert len(alerting.fired) == 150
    assert all(one.contradicted_at is None for one in alerting.fired)


def test_a_reading_of_before_the_rule_that_comes_again_in_another_batch_counts_once(alerting):
    alerting.deliver(at(1, temperature=60))
    alerting.deliver(at(1, temperature=60), at(2, temperature=70))
    assert told(alerting) == [(1, None, None)]


def test_what_is_processed_again_fires_nothing_under_a_later_rule():
    alerting = Alerting()
    message = alerting.stored(alerting.message(at(0, temperature=60)))
    alerting.pass_seconds(1)
    alerting.define(above(50))
    alerting.evaluate(message)
    assert alerting.fired == []


def test_an_alert_whose_reading_turns_out_to_be_too_late_does_not_stay_open(alerting):
    newest = alerting.message(at(2_000, temperature=40))
    alerting.now += 1
    deliver(alerting, at(1_000, temperature=60))
    alerting.evaluate(alerting.stored(newest))
    deliver(alerting, at(1_150, temperature=60), at(1_160, temperature=40))
    assert [one for one in alerting.fired if one.resolved_at is None] == []


def test_an_alert_of_a_rule_as_it_was_is_left_alone_by_the_rule_as_it_is(alerting):
    hot = at(1, temperature=60)
    rule = alerting.define(above(55))
    deliver(alerting, hot)
    alerting.pass_seconds(1)
    alerting.keeping.replace(rule.rule_id, RuleDefinition("device-1", above(52)))
    alerting.deliver(hot, at(2, temperature=40))
    changed_at = alerting.keeping.get(rule.rule_id).effective_at
    deliver(alerting, at(9, temperature=60), at(8, temperature=40))
    found = [one for one in alerting.fired if one.rule_id == rule.rule_id]
    assert [seconds(one.fired_at) for one in found] == [1, 9]
    assert found[0].resolved_at == changed_at


values = st.lists(st.sampled_from([40, 60]), min_size=1, max_size=120)


@given(values=values, data=st.data())
def test_the_alerts_are_those_of_the_readings_in_order_whatever_order_they_come_in(values, data):
    readings = [at(n, temperature=value) for n, value in enumerate(values)]
    groups = [[]]
    for one in data.draw(st.permutations(readings)):
        if len(groups[-1]) >= data.draw(st.sampled_from([1, 1, 5, 40])):
            groups.append([])
        groups[-1].append(one)
    alerting = Alerting()
    alerting.define(above(50))
    alerting.pass_seconds(3_600)
    messages = [alerting.message(*group) for group in groups]
    if data.draw(st.booleans(), "all of it is stored before any of it is evaluated"):
        for message in messages:
            alerting.stored(message)
    for message in messages + messages[:: data.draw(st.integers(1, 5))]:
        alerting.evaluate(alerting.stored(message))
    changes = zip([40, *values], [*values, 40], range(len(values) + 1), strict=True)
    edges = [n for before, value, n in changes if before != value]
    ends = [n if n < len(values) else None for n in edges[1::2]]
    expected = list(zip(edges[::2], ends, strict=True))
    snapshot = [row[:2] for row in told(alerting) if row[2] is None]
    assert snapshot == expected
    assert len(alerting.published) == len(alerting.fired)
