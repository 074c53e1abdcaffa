"""A device that was away comes back with all that it gathered."""

from dataclasses import replace
from itertools import permutations

import pytest
from samples.alerting_in_memory import LATENESS_SECONDS, Alerting, Functions, Recorded, never
from samples.deliveries import at, deliver, told
from samples.readings import reading
from samples.rules import above, silent


@pytest.fixture
def alerting():
    """Alerting an hour after the readings that tests send."""
    alerting = Alerting()
    alerting.define(above(50))
    alerting.pass_seconds(3_600)
    return alerting


def test_what_surely_came_too_late_costs_no_look_and_no_write(alerting):
    deliver(alerting, at(2_000, temperature=40))
    asked = []
    functions = Functions(alerting.ports.each(lambda port: Recorded(port, asked)), alerting.clock)
    functions.evaluate(alerting.stored(alerting.message(at(1, temperature=60))))
    assert "newest" in asked
    assert not {"since", "commit"} & set(asked)
    assert alerting.fired == []


def test_a_buffer_that_contradicts_more_alerts_than_fit_together_is_taken_in():
    alerting = Alerting()
    alerting.define(silent(5))
    first = alerting.now
    for n in range(0, 840, 7):
        alerting.now = first + n * 1_000
        alerting.speak(humidity=1)
    alerting.pass_seconds(5)
    alerting.sweep(never)
    before = len(alerting.fired)
    assert before > 98
    alerting.deliver(*(reading(timestamp=first + n * 1_000, humidity=2) for n in range(840)))
    alerting.sweep(never)
    contradicted = [one for one in alerting.fired if one.contradicted_at is not None]
    assert len(contradicted) >= before - 1


def test_what_there_was_no_time_for_is_gone_on_with(alerting, monkeypatch):
    monkeypatch.setattr("alerting.evaluation.moving._MOST_READINGS", 50)
    values = [60, 40] * 1_500
    message = alerting.stored(
        alerting.message(*(at(n, temperature=value) for n, value in enumerate(values)))
    )
    fired = [0]
    while alerting.evaluate(message, out_of_time=iter([*[False] * 10, True]).__next__).failed:
        fired.append(len(alerting.fired))
        assert fired[-1] > fired[-2]
    assert len(fired) > 1
    assert len(alerting.fired) == 1_500
    assert all(one.resolved_at == one.fired_at + 1_000 for one in alerting.fired)


@pytest.mark.parametrize("order", permutations(range(3)))
def test_a_reading_that_is_sent_again_too_late_counts_as_it_came_first(order):
    alerting = Alerting()
    alerting.define(above(50))
    hot = at(0, temperature=60)
    messages = [alerting.message(hot)]
    alerting.pass_seconds(LATENESS_SECONDS + 5)
    messages.append(alerting.message(at(LATENESS_SECONDS + 5, temperature=40)))
    alerting.pass_seconds(1)
    messages.append(alerting.message(hot, at(1, humidity=1)))
    for message in messages:
        alerting.stored(message)
    alerting.evaluate(*(messages[n] for n in order))
    assert told(alerting) == [(0, LATENESS_SECONDS + 5, None)]


def test_of_one_request_only_what_came_too_late_does_not_count(alerting):
    deliver(alerting, at(LATENESS_SECONDS + 5, temperature=40))
    alerting.deliver(at(0, temperature=60), at(10, temperature=60))
    assert told(alerting) == [(10, LATENESS_SECONDS + 5, None)]


@pytest.mark.parametrize("live_afterwards", [0, 100])
def test_what_came_too_late_fires_nothing_however_much_there_is_of_it(
    alerting, monkeypatch, live_afterwards
):
    monkeypatch.setattr("alerting.evaluation.moving._MOST_READINGS", 200)
    alerting.deliver(at(3_600, temperature=40))
    alerting.now += 1
    backlog = [
        alerting.message(*(at(n, temperature=60 - n % 2 * 20) for n in range(start, start + 100)))
        for start in range(0, 1_000, 100)
    ]
    for message in backlog:
        alerting.stored(message)
    for _ in range(live_afterwards):
        alerting.pass_seconds(1)
        alerting.deliver(reading(timestamp=alerting.now, temperature=40))
    alerting.evaluate(*backlog)
    assert alerting.fired == []


def test_what_is_looked_at_in_parts_is_late_for_what_is_in_the_next_part(monkeypatch):
    monkeypatch.setattr("alerting.evaluation.moving._MOST_READINGS", 2)
    alerting = Alerting(lateness_seconds=10)
    alerting.define(above(50))
    alerting.pass_seconds(60)
    ahead = alerting.stored(alerting.message(at(15, temperature=40)))
    alerting.now += 1
    late = alerting.stored(alerting.message(at(4, temperature=60)))
    for n in (0, 1, 2):
        alerting.stored(alerting.message(at(n, temperature=40)))
    alerting.evaluate(ahead, late)
    assert alerting.fired == []


def test_what_came_too_late_is_told_of_once_though_it_is_processed_again(alerting, capsys):
    deliver(alerting, at(2_000, temperature=40))
    late = alerting.deliver(at(1, temperature=60))
    assert "readings_too_late" in capsys.readouterr().out
    alerting.evaluate(alerting.stored(replace(late, replay=True)))
    assert "readings_too_late" not in capsys.readouterr().out
