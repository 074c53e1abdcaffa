from decimal import Decimal

import pytest
from samples.alerting_in_memory import Alerting
from samples.rules import above

from alerting.errors import StaleVersion
from alerting.rules.definition import RuleDefinition, Threshold
from alerting.rules.keeping import RuleKeeping
from kernel.errors import NotFound

HOT = RuleDefinition("device-1", above(30))
HOTTER = RuleDefinition("device-1", above(40))


class Contested:
    """A rule book in which somebody else is always first, a number of times."""

    def __init__(self, book, times):
        self._book, self._times = book, times

    def __getattr__(self, name):
        return getattr(self._book, name)

    def replace(self, rule, present):
        if self._times:
            self._times -= 1
            raise StaleVersion("Somebody else was first.")
        self._book.replace(rule, present)


def test_the_same_definition_made_again_later_is_the_same_rule():
    alerting = Alerting()
    first = alerting.keeping.create(HOT)
    alerting.pass_seconds(60)
    assert alerting.keeping.create(HOT) == first


def test_a_definition_whose_rule_has_another_one_by_now_makes_a_rule_of_its_own():
    alerting = Alerting()
    first = alerting.keeping.create(HOT)
    alerting.keeping.replace(first.rule_id, HOTTER)
    second = alerting.keeping.create(HOT)
    assert second.rule_id != first.rule_id
    assert alerting.keeping.create(HOT) == second


def test_a_definition_that_a_rule_was_given_since_makes_no_second_rule():
    alerting = Alerting()
    first = alerting.keeping.create(HOT)
    alerting.keeping.replace(first.rule_id, HOTTER)
    assert alerting.keeping.create(HOTTER).rule_id == first.rule_id
    second = alerting.keeping.create(HOT)
    alerting.keeping.delete(first.rule_id)
    assert alerting.keeping.create(HOT) == second


def test_a_rule_that_only_an_index_still_shows_is_no_answer():
    alerting = Alerting()
    first = alerting.keeping.create(HOT)

    class Behind:
        """A rule book whose index still shows what was deleted."""

        def __getattr__(self, name):
            return getattr(alerting.ports.book, name)

        def of_device(self, _device_id):
            return [first]

    alerting.keeping.delete(first.rule_id)
    made = RuleKeeping(Behind(), alerting.clock).create(HOT)
    assert alerting.keeping.get(made.rule_id) == made


def test_one_and_true_are_thresholds_of_their_own():
    alerting = Alerting()
    numeric, boolean = (
        RuleDefinition("device-1", Threshold("door", "==", value)) for value in (Decimal(1), True)
    )
    rule = alerting.keeping.create(numeric)
    assert alerting.keeping.create(boolean).rule_id != rule.rule_id
    replaced = alerting.keeping.replace(rule.rule_id, boolean)
    assert replaced.definition.condition.threshold is True
    assert replaced.revision != rule.revision


def test_a_replacement_by_the_same_definition_changes_nothing():
    alerting = Alerting()
    rule = alerting.keeping.create(HOT)
    edition = alerting.ports.book.cache_version()
    alerting.pass_seconds(60)
    assert alerting.keeping.replace(rule.rule_id, HOT) == rule
    assert alerting.ports.book.cache_version() == edition


def test_a_replacement_keeps_the_id_and_when_the_rule_was_made():
    alerting = Alerting()
    rule = alerting.keeping.create(HOT)
    alerting.pass_seconds(60)
    replaced = alerting.keeping.replace(rule.rule_id, HOTTER)
    assert (replaced.rule_id, replaced.created_at) == (rule.rule_id, rule.created_at)
    assert replaced.updated_at == alerting.now
    assert alerting.keeping.get(rule.rule_id) == replaced


def test_whoever_comes_second_looks_again():
    alerting = Alerting()
    rule = alerting.keeping.create(HOT)
    keeping = RuleKeeping(Contested(alerting.ports.book, times=4), alerting.clock)
    assert keeping.replace(rule.rule_id, HOTTER).definition == HOTTER


def test_who_always_comes_second_is_told_so():
    alerting = Alerting()
    rule = alerting.keeping.create(HOT)
    keeping = RuleKeeping(Contested(alerting.ports.book, times=5), alerting.clock)
    with pytest.raises(StaleVersion):
        keeping.replace(rule.rule_id, HOTTER)


@pytest.mark.parametrize(
    "ask",
    [
        lambda keeping: keeping.get("unknown"),
        lambda keeping: keeping.replace("unknown", HOT),
        lambda keeping: keeping.delete("unknown"),
    ],
    ids=["get", "replace", "delete"],
)
def test_a_rule_that_nobody_made_is_not_found(ask):
    with pytest.raises(NotFound):
        ask(Alerting().keeping)
