import pytest
from samples.alerting_in_memory import Alerting, Functions, never
from samples.rules import above


class Refusing:
    """A port that refuses one thing while `refuses` is true."""

    def __init__(self, port, name):
        self._port, self._name, self.refuses = port, name, True

    def __getattr__(self, name):
        if name == self._name and self.refuses:
            raise ConnectionError("refused on purpose")
        return getattr(self._port, name)


@pytest.fixture
def alerting():
    """Alerting with a rule that a temperature of 40 fires."""
    alerting = Alerting()
    alerting.define(above(30))
    return alerting


def test_an_alert_that_could_not_be_told_is_told_by_a_later_sweep(alerting):
    refusing = Refusing(alerting.ports.notifications, "publish")
    alerting.ports.notifications = refusing
    functions = Functions(alerting.ports, alerting.clock)
    functions.evaluate(alerting.spoken(temperature=40))
    (alert,) = alerting.fired
    refusing.refuses = False
    alerting.pass_seconds(120)
    functions.sweep(never)
    assert alerting.published == []
    alerting.pass_seconds(1)
    functions.sweep(never)
    functions.sweep(never)
    assert alerting.published == [alert.alert_id]


def test_an_alert_that_nobody_remembers_to_have_told_is_told_again(alerting):
    refusing = Refusing(alerting.ports.alerts, "mark_published")
    alerting.ports.alerts, alerts = refusing, alerting.ports.alerts
    functions = Functions(alerting.ports, alerting.clock)
    functions.evaluate(alerting.spoken(temperature=40))
    refusing.refuses = False
    alerting.pass_seconds(121)
    functions.sweep(never)
    functions.sweep(never)
    assert alerting.published == [*alerts.alerts] * 2


def test_a_sweep_without_time_leaves_the_telling_to_the_next(alerting):
    refusing = Refusing(alerting.ports.notifications, "publish")
    alerting.ports.notifications = refusing
    functions = Functions(alerting.ports, alerting.clock)
    functions.evaluate(alerting.spoken(temperature=40))
    refusing.refuses = False
    alerting.pass_seconds(121)
    functions.sweep(lambda: True)
    assert alerting.published == []
    functions.sweep(never)
    assert len(alerting.published) == 1
