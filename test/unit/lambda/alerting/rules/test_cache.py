import pytest
from samples.alerting_in_memory import Alerting, Recorded
from samples.rules import above

from alerting.rules.cache import RuleCache
from alerting.rules.definition import EVERY_DEVICE, RuleDefinition


@pytest.fixture
def alerting():
    """Alerting whose rules were last changed long ago."""
    alerting = Alerting()
    alerting.define(above(30))
    alerting.pass_seconds(3_600)
    return alerting


@pytest.fixture
def asked():
    """What the rule book was asked for, in order."""
    return []


@pytest.fixture
def cache(alerting, asked):
    """A cache of the rule book."""
    return RuleCache(Recorded(alerting.ports.book, asked), alerting.clock)


def test_the_book_is_asked_every_five_minutes_for_a_device_while_nobody_changes_a_rule(
    alerting, cache, asked
):
    for times in (1, 2):
        for _ in range(300):
            cache.refresh()
            assert len(cache.applying_to("device-1")) == 1
            assert cache.applying_to("device-2") == []
            alerting.pass_seconds(1)
        assert asked.count("of_device") == times * len(["device-1", "device-2", EVERY_DEVICE])


def test_a_rule_that_is_found_for_a_device_and_for_every_device_applies_once(alerting):
    class Moving:
        """A rule book whose index shows a rule where it was and where it goes."""

        def cache_version(self):
            return alerting.ports.book.cache_version()

        def of_device(self, _device_id):
            return alerting.ports.book.of_device("device-1")

    moving = RuleCache(Moving(), alerting.clock)
    moving.refresh()
    assert len(moving.applying_to("device-1")) == 1


def test_a_change_counts_from_the_next_refresh_on(alerting, cache):
    cache.refresh()
    cache.applying_to("device-2")
    rule = alerting.define(above(40), "device-2")
    cache.refresh()
    assert cache.applying_to("device-2") == [rule]


def test_what_was_changed_lately_is_looked_up_once_and_never_long_afterwards(
    alerting, cache, asked
):
    alerting.define(above(40), "device-2")
    for _ in range(10):
        cache.refresh()
        cache.applying_to("device-1")
        alerting.pass_seconds(1)
    assert (asked.count("changed_lately"), asked.count("of_device")) == (1, 2)
    asked.clear()
    later = RuleCache(Recorded(alerting.ports.book, asked), alerting.clock)
    later.refresh()
    assert asked == ["cache_version"]


def test_a_disabled_rule_applies_to_nothing(alerting, cache):
    (rule,) = alerting.ports.book.of_device("device-1")
    alerting.keeping.replace(rule.rule_id, RuleDefinition("device-1", above(30), enabled=False))
    cache.refresh()
    assert cache.applying_to("device-1") == []
