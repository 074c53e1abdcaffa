from collections import Counter

import pytest
from samples.alerting_in_memory import Alerting, Functions, Recorded
from samples.readings import START, reading
from samples.rules import above

from alerting.errors import StaleVersion
from alerting.evaluation.evaluate import Evaluated
from alerting.rules.definition import EVERY_DEVICE, RuleDefinition
from kernel.errors import Unavailable


class Behind:
    """A rule book whose index shows the rules as they were, for seconds or for longer."""

    def __init__(self, book, *, for_long=True):
        self._book, self._for_long = book, for_long
        self._shown = dict(book.rules)

    def changed_lately(self):
        return {} if self._for_long else self._book.changed_lately()

    def __getattr__(self, name):
        return getattr(self._book, name)

    def of_device(self, device_id):
        return [rule for rule in self._shown.values() if rule.definition.device_id == device_id]


class Contested:
    """States that somebody else always moves first."""

    def __init__(self, states):
        self._states = states

    def __getattr__(self, name):
        return getattr(self._states, name)

    def commit(self, movement, held, now):
        raise StaleVersion("Somebody else was first.")


def recorded(alerting):
    """Another container of the functions, and the names of what it asks its ports."""
    asked = []
    return Functions(alerting.ports.each(lambda port: Recorded(port, asked)), alerting.clock), asked


def test_five_hundred_flapping_readings_fire_and_resolve_in_several_commits_without_loss():
    alerting = Alerting()
    alerting.define(above(30))
    functions, asked = recorded(alerting)
    message = alerting.stored(
        alerting.message(
            *(reading(timestamp=START + i, temperature=40 - 20 * (i % 2)) for i in range(500))
        )
    )
    functions.evaluate(message)
    assert [(alert.fired_at, alert.resolved_at) for alert in alerting.fired] == [
        (START + i, START + i + 1) for i in range(0, 500, 2)
    ]
    assert alerting.published == [alert.alert_id for alert in alerting.fired]
    # Once to say that it is about to look, and then 90 alerts at a time.
    assert asked.count("commit") == 1 + 3
    everything = alerting.fired
    for _ in range(2):
        asked.clear()
        functions.evaluate(message)
        assert (alerting.fired, len(alerting.published)) == (everything, len(everything))
    assert "commit" not in asked


@pytest.mark.parametrize("is_new", [False, True])
def test_a_rule_counts_from_its_answer_on_though_its_index_lags(is_new):
    alerting = Alerting()
    former = None if is_new else alerting.define(above(50))
    alerting.pass_seconds(60)
    alerting.ports.book = Behind(alerting.ports.book, for_long=False)
    behind = Functions(alerting.ports, alerting.clock)
    if is_new:
        alerting.define(above(30))
    else:
        alerting.keeping.replace(former.rule_id, RuleDefinition("device-1", above(30)))
    behind.evaluate(alerting.spoken(temperature=40))
    assert [alert.condition for alert in alerting.fired] == [above(30)]


@pytest.mark.parametrize("becomes", [None, RuleDefinition("device-2", above(30))], ids=str)
def test_a_rule_ends_with_its_answer_though_its_index_lags(becomes):
    alerting = Alerting()
    rule = alerting.define(above(30))
    alerting.pass_seconds(60)
    alerting.ports.book = Behind(alerting.ports.book, for_long=False)
    functions, asked = recorded(alerting)
    if becomes is None:
        alerting.keeping.delete(rule.rule_id)
    else:
        alerting.keeping.replace(rule.rule_id, becomes)
    functions.evaluate(alerting.spoken(temperature=40))
    assert alerting.fired == []
    assert "commit" not in asked


def test_a_stale_rule_fires_nothing():
    alerting = Alerting()
    rule = alerting.define(above(30))
    alerting.ports.book, book = Behind(alerting.ports.book), alerting.ports.book
    stale = Functions(alerting.ports, alerting.clock)
    alerting.pass_seconds(1)
    alerting.keeping.delete(rule.rule_id)
    assert book.rules == {}
    stale.evaluate(alerting.spoken(temperature=40))
    assert alerting.fired == []


def test_a_stale_rule_restarts_nothing():
    alerting = Alerting()
    rule = alerting.define(above(30))
    alerting.ports.book = Behind(alerting.ports.book)
    stale = Functions(alerting.ports, alerting.clock)
    alerting.pass_seconds(1)
    alerting.keeping.replace(rule.rule_id, RuleDefinition("device-1", above(50)))
    alerting.speak(temperature=60)
    once = alerting.fired
    alerting.pass_seconds(1)
    stale.evaluate(alerting.spoken(temperature=55))
    assert alerting.fired == once
    assert once[0].condition == above(50)


def test_what_a_stale_rule_would_fire_is_judged_by_the_rule_as_it_is():
    alerting = Alerting()
    rule = alerting.define(above(30))
    alerting.ports.book = Behind(alerting.ports.book)
    stale = Functions(alerting.ports, alerting.clock)
    alerting.pass_seconds(1)
    alerting.keeping.replace(rule.rule_id, RuleDefinition("device-1", above(50)))
    assert stale.evaluate(alerting.spoken(temperature=60)).failed == frozenset()
    assert [alert.condition for alert in alerting.fired] == [above(50)]


def test_the_cost_of_a_message_does_not_grow_with_rules_of_other_devices():
    costs = []
    for others in (0, 1_000):
        alerting = Alerting()
        alerting.define(above(30))
        alerting.define(above(35), EVERY_DEVICE)
        for number in range(others):
            alerting.define(above(30), f"other-{number}")
        alerting.pass_seconds(60)
        functions, asked = recorded(alerting)
        for _ in range(10):
            functions.evaluate(alerting.spoken(temperature=20))
            alerting.pass_seconds(1)
        costs.append(Counter(asked))
    # Nothing is written, and no reading is read, while nothing happens.
    assert costs[0] == costs[1] == {"cache_version": 10, "of_device": 2, "load": 10}


def test_a_device_whose_states_others_keep_moving_is_left_for_later():
    alerting = Alerting()
    alerting.define(above(30))
    alerting.ports.states = Contested(alerting.ports.states)
    functions = Functions(alerting.ports, alerting.clock)
    evaluated = functions.evaluate(alerting.spoken(temperature=40))
    assert evaluated == Evaluated(frozenset(["device-1"]), frozenset())


def test_a_device_that_fails_keeps_no_other_from_being_evaluated():
    class Broken:
        """States that nobody can keep for one device."""

        def __init__(self, states):
            self._states = states

        def __getattr__(self, name):
            return getattr(self._states, name)

        def commit(self, movement, held, now):
            if movement.device_id == "device-0":
                raise Unavailable("away")
            return self._states.commit(movement, held, now)

    alerting = Alerting()
    alerting.define(above(30), EVERY_DEVICE)
    alerting.ports.states = Broken(alerting.ports.states)
    functions = Functions(alerting.ports, alerting.clock)
    messages = [alerting.spoken(f"device-{n}", temperature=40) for n in range(3)]
    assert functions.evaluate(*messages).failed == {"device-0"}
    assert [alert.device_id for alert in alerting.fired] == ["device-1", "device-2"]


def test_a_message_goes_on_where_its_time_was_up():
    alerting = Alerting()
    alerting.define(above(30), EVERY_DEVICE)
    message = alerting.message(*(reading(f"device-{n}", temperature=40) for n in range(4)))
    alerting.stored(message)
    left = iter([False, False])
    evaluated = alerting.evaluate(message, out_of_time=lambda: next(left, True))
    assert len(alerting.fired) == len(evaluated.left) == 2
    alerting.evaluate(message)
    assert len(alerting.fired) == 4


def test_several_messages_of_one_device_are_one_evaluation():
    alerting = Alerting()
    alerting.define(above(30))
    alerting.pass_seconds(60)
    functions, asked = recorded(alerting)
    messages = [alerting.spoken(seconds_ago=n, temperature=40) for n in (3, 1, 2, 0)]
    functions.evaluate(*messages)
    assert len(alerting.fired) == 1
    assert (asked.count("since"), asked.count("commit")) == (1, 2)
