"""The sweep looks at several devices at once; threads meet at the ports, and nobody sleeps."""

from threading import Barrier, Lock

import pytest
from samples.alerting_in_memory import Alerting, Functions, Recorded, never
from samples.rules import silent

from alerting.rules.definition import EVERY_DEVICE, RuleDefinition
from kernel.errors import Unavailable

MINUTE = 60
AT_ONCE = 4
LIMIT_SECONDS = 30


class MeetingPoint:
    """A port whose method nobody leaves before so many have come."""

    def __init__(self, port, name):
        self._port, self._name = port, name
        self.most, self._present, self._counting = 0, 0, Lock()
        self._barrier = Barrier(AT_ONCE, timeout=LIMIT_SECONDS)

    def __getattr__(self, name):
        method = getattr(self._port, name)
        return method if name != self._name else lambda *asked: self._meet(method, asked)

    def _meet(self, method, asked):
        with self._counting:
            self._present += 1
            self.most = max(self.most, self._present)
        self._barrier.wait()
        with self._counting:
            self._present -= 1
        return method(*asked)


class Failing:
    """A port whose method fails for whatever names a device."""

    def __init__(self, port, name, device_id):
        self._port, self._name, self._device_id = port, name, device_id

    def __getattr__(self, name):
        method = getattr(self._port, name)

        def asked(*how):
            if name == self._name and self._device_id in str(how):
                raise Unavailable("away")
            return method(*how)

        return asked


@pytest.fixture
def alerting():
    """Alerting with twelve devices that spoke once, and fall silent in a minute."""
    alerting = Alerting()
    alerting.define(silent(MINUTE), EVERY_DEVICE)
    for n in range(12):
        alerting.speak(f"device-{n:02d}")
    alerting.ports.book.changes.clear()
    alerting.pass_seconds(MINUTE)
    return alerting


def sweep_of(alerting, at_once=AT_ONCE):
    return Functions(alerting.ports, alerting.clock, at_once=at_once).sweep


@pytest.mark.parametrize(
    ("port", "method"), [("stored", "since"), ("states", "commit"), ("notifications", "publish")]
)
def test_silent_devices_are_looked_at_and_told_of_side_by_side_and_no_more_than_that(
    alerting, port, method
):
    meeting = MeetingPoint(getattr(alerting.ports, port), method)
    setattr(alerting.ports, port, meeting)
    sweep_of(alerting)(never)
    assert meeting.most == AT_ONCE
    assert len(set(alerting.published)) == len(alerting.published) == 12


def test_what_follows_of_a_changed_rule_is_done_side_by_side(alerting):
    sweep_of(alerting)(never)
    (rule,) = alerting.ports.book.rules.values()
    alerting.keeping.replace(rule.rule_id, RuleDefinition(EVERY_DEVICE, silent(2 * MINUTE)))
    alerting.pass_seconds(10)
    meeting = alerting.ports.alerts = MeetingPoint(alerting.ports.alerts, "resolve")
    sweep_of(alerting)(never)
    assert meeting.most == AT_ONCE
    alerting.ports.alerts = meeting._port
    assert {alert.status for alert in alerting.fired} == {"resolved"}


@pytest.mark.parametrize(("port", "method"), [("stored", "since"), ("states", "load")])
def test_a_device_that_fails_keeps_none_beside_it_from_being_found(alerting, capsys, port, method):
    failing = Failing(getattr(alerting.ports, port), method, "device-05")
    setattr(alerting.ports, port, failing)
    sweep_of(alerting)(never)
    found = {alert.device_id for alert in alerting.fired}
    assert found == {f"device-{n:02d}" for n in range(12)} - {"device-05"}
    lines = [line for line in capsys.readouterr().out.splitlines() if "device_not_swept" in line]
    assert len(lines) == 1
    assert "device-05" in lines[0]


def test_a_sweep_without_time_has_looked_at_what_waits_longest_and_the_next_goes_on(alerting):
    asked = iter([False] * 5)
    sweep_of(alerting)(lambda: next(asked, True))
    assert {alert.device_id for alert in alerting.fired} == {f"device-{n:02d}" for n in range(5)}
    sweep_of(alerting)(never)
    assert len(alerting.fired) == len(alerting.published) == 12


def test_a_rule_is_read_once_for_all_of_its_devices_and_again_before_each_alert(alerting):
    asked = []
    alerting.ports.book = Recorded(alerting.ports.book, asked)
    sweep_of(alerting, at_once=1)(never)
    assert len(alerting.fired) == 12
    assert asked.count("get") == 1 + 12


def test_the_index_is_read_no_further_than_there_is_time_for(alerting):
    states, taken = alerting.ports.states, []

    class Endless:
        """States of which one more is always due."""

        def __getattr__(self, name):
            return getattr(states, name)

        def to_check(self, now):
            due = list(states.to_check(now))
            while True:
                taken.append(due[len(taken) % len(due)])
                yield taken[-1]

    alerting.ports.states = Endless()
    asked = iter([False] * 250)
    sweep_of(alerting)(lambda: next(asked, True))
    assert len(taken) == 300
