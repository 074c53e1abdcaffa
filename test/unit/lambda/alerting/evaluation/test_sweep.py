import pytest
from samples.alerting_in_memory import Alerting, Functions, never
from samples.rules import above, silent

from alerting.rules.definition import EVERY_DEVICE, RuleDefinition
from kernel.clock import HOUR_MS, SECOND_MS
from kernel.errors import Unavailable

MINUTE = 60


@pytest.fixture
def alerting():
    """Alerting where nobody made a rule yet."""
    return Alerting()


def fired_at(alerting):
    return [alert.fired_at for alert in alerting.fired]


def test_an_alert_of_a_deleted_rule_does_not_end_before_it_began(alerting):
    rule = alerting.define(above(30))
    alerting.speak(seconds_ago=-MINUTE, temperature=40)
    alerting.pass_seconds(1)
    alerting.keeping.delete(rule.rule_id)
    alerting.pass_seconds(10)
    alerting.sweep(never)
    (alert,) = alerting.fired
    assert alert.resolved_at == alert.fired_at


def test_a_change_is_followed_up_once_there_is_time_for_all_of_it(alerting):
    rule = alerting.define(above(30), EVERY_DEVICE)
    for device_id in ("device-a", "device-b"):
        alerting.speak(device_id, temperature=40)
    alerting.keeping.delete(rule.rule_id)
    alerting.pass_seconds(10)
    asked = iter([False])
    alerting.sweep(lambda: next(asked, True))
    assert sorted(alert.status for alert in alerting.fired) == ["resolved", "triggered"]
    alerting.sweep(never)
    assert {alert.status for alert in alerting.fired} == {"resolved"}


def test_an_alert_that_fires_as_its_rule_is_deleted_ends_even_if_that_was_followed_up(alerting):
    rule = alerting.define(above(30))
    message = alerting.spoken(temperature=40)
    states = alerting.ports.states

    class Slow:
        """States that are kept only after the rule is gone, and all that followed of it is done."""

        def load(self, keys):
            return states.load(keys)

        def commit(self, movement, held, now):
            if movement.fired and alerting.ports.book.get(rule.rule_id) is not None:
                alerting.keeping.delete(rule.rule_id)
                alerting.pass_seconds(10)
                alerting.sweep(never)
            return states.commit(movement, held, now)

    alerting.pass_seconds(1)
    deleted_at = alerting.now
    alerting.ports.states = Slow()
    Functions(alerting.ports, alerting.clock).evaluate(message)
    assert [alert.status for alert in alerting.fired] == ["triggered"]
    alerting.pass_seconds(15 * MINUTE)
    alerting.sweep(never)
    assert [alert.resolved_at for alert in alerting.fired] == [deleted_at]
    assert list(alerting.ports.book.pending(alerting.now + HOUR_MS)) == []


def test_an_alert_of_a_rule_that_is_for_another_device_ended_when_it_became_so(alerting):
    rule = alerting.define(above(30))
    alerting.speak(temperature=40)
    alerting.pass_seconds(1)
    moved_at = alerting.now
    alerting.keeping.replace(rule.rule_id, RuleDefinition("device-2", above(30)))
    alerting.pass_seconds(1)
    alerting.keeping.replace(rule.rule_id, RuleDefinition("device-2", above(30), name="hot"))
    alerting.pass_seconds(10)
    alerting.sweep(never)
    assert [alert.resolved_at for alert in alerting.fired] == [moved_at]


def test_a_rule_that_is_for_another_device_waits_no_more_for_the_former(alerting):
    rule = alerting.define(silent(MINUTE))
    alerting.speak()
    alerting.pass_seconds(1)
    alerting.keeping.replace(rule.rule_id, RuleDefinition("device-2", silent(MINUTE)))
    alerting.pass_seconds(10 * MINUTE)
    alerting.sweep(never)
    alerting.sweep(never)
    assert [alert.device_id for alert in alerting.fired] == ["device-2"]
    assert list(alerting.ports.states.to_check(alerting.now)) == []


def test_a_shorter_limit_for_every_device_holds_for_those_already_waited_for(alerting):
    rule = alerting.define(silent(60 * MINUTE), EVERY_DEVICE)
    alerting.speak()
    alerting.pass_seconds(1)
    changed_at = alerting.now
    alerting.keeping.replace(rule.rule_id, RuleDefinition(EVERY_DEVICE, silent(MINUTE)))
    alerting.pass_seconds(MINUTE)
    alerting.sweep(never)
    assert fired_at(alerting) == [changed_at + MINUTE * 1_000]


def test_a_shorter_cooldown_for_every_device_holds_for_those_already_waited_for(alerting):
    rule = alerting.define(silent(MINUTE), EVERY_DEVICE, cooldown_seconds=60 * MINUTE)
    alerting.speak()
    alerting.pass_seconds(MINUTE)
    alerting.sweep(never)
    alerting.speak()
    alerting.keeping.replace(rule.rule_id, RuleDefinition(EVERY_DEVICE, silent(MINUTE)))
    alerting.pass_seconds(MINUTE)
    alerting.sweep(never)
    assert fired_at(alerting)[1:] == [alerting.now]


def test_a_device_is_still_waited_for_if_time_ran_out_as_its_alert_was_ended(alerting):
    rule = alerting.define(silent(MINUTE), EVERY_DEVICE)
    alerting.speak()
    alerting.pass_seconds(MINUTE)
    alerting.sweep(never)
    alerting.keeping.replace(rule.rule_id, RuleDefinition(EVERY_DEVICE, silent(2 * MINUTE)))
    alerting.pass_seconds(10)
    asked = iter([False])
    alerting.sweep(lambda: next(asked, True))
    assert [alert.status for alert in alerting.fired] == ["resolved"]
    alerting.pass_seconds(2 * MINUTE)
    alerting.sweep(never)
    assert [alert.status for alert in alerting.fired] == ["resolved", "triggered"]


def test_a_sweep_without_time_looks_first_at_what_waits_longest(alerting):
    alerting.define(silent(MINUTE), EVERY_DEVICE)
    for device_id in ("device-b", "device-a"):
        alerting.speak(device_id)
        alerting.pass_seconds(1)
    alerting.pass_seconds(MINUTE)
    alerting.ports.book.changes.clear()
    asked = iter([False])
    alerting.sweep(lambda: next(asked, True))
    assert [alert.device_id for alert in alerting.fired] == ["device-b"]


def test_a_device_that_cannot_be_looked_at_keeps_no_other_from_being_found(alerting, capsys):
    alerting.define(silent(MINUTE), EVERY_DEVICE)
    for device_id in ("device-1", "device-2"):
        alerting.speak(device_id)
    stored = alerting.ports.stored

    class Broken:
        """Readings that cannot be read for one device."""

        def since(self, device_id, *span):
            if device_id == "device-1":
                raise Unavailable("away")
            return stored.since(device_id, *span)

    alerting.ports.stored = Broken()
    alerting.pass_seconds(MINUTE)
    Functions(alerting.ports, alerting.clock).sweep(never)
    assert [alert.device_id for alert in alerting.fired] == ["device-2"]
    assert "device_not_swept" in capsys.readouterr().out


def test_who_fell_silent_while_the_rule_was_disabled_is_waited_for_once_it_is_enabled(alerting):
    rule = alerting.define(silent(MINUTE), EVERY_DEVICE)
    alerting.speak(temperature=20)
    alerting.keeping.replace(
        rule.rule_id, RuleDefinition(EVERY_DEVICE, silent(MINUTE), enabled=False)
    )
    for _ in range(10):
        alerting.pass_seconds(MINUTE)
        alerting.sweep(never)
    assert alerting.fired == []
    enabled_at = alerting.now
    alerting.keeping.replace(rule.rule_id, rule.definition)
    for _ in range(2):
        alerting.pass_seconds(MINUTE)
        alerting.sweep(never)
    assert fired_at(alerting) == [enabled_at + MINUTE * SECOND_MS]


def test_who_is_waited_for_is_still_though_the_rule_changes_and_it_speaks_of_others(
    alerting,
):
    rule = alerting.define(silent(MINUTE, "temperature"), EVERY_DEVICE)
    alerting.speak(temperature=20)
    alerting.pass_seconds(1)
    longer = RuleDefinition(EVERY_DEVICE, silent(2 * MINUTE, "temperature"))
    changed_at = alerting.now
    alerting.keeping.replace(rule.rule_id, longer)
    alerting.pass_seconds(1)
    alerting.speak(humidity=40)
    alerting.pass_seconds(2 * MINUTE)
    alerting.sweep(never)
    assert fired_at(alerting) == [changed_at + 2 * MINUTE * SECOND_MS]


def test_a_device_that_cannot_be_looked_at_keeps_a_change_from_no_other(
    alerting,
):
    rule = alerting.define(above(30), EVERY_DEVICE)
    for device_id in ("device-1", "device-2", "device-3"):
        alerting.speak(device_id, temperature=40)
    alerting.pass_seconds(1)
    alerting.keeping.delete(rule.rule_id)
    alerting.pass_seconds(10)
    states = alerting.ports.states

    class Broken:
        """States that cannot be kept for one device."""

        def __getattr__(self, name):
            return getattr(states, name)

        def unwatch(self, key, *how):
            if key[0] == "device-1" and self.is_broken:
                raise Unavailable("away")
            states.unwatch(key, *how)

    alerting.ports.states = broken = Broken()
    broken.is_broken = True
    functions = Functions(alerting.ports, alerting.clock)
    functions.sweep(never)
    found = {alert.device_id: alert.status for alert in alerting.fired}
    assert found == {"device-1": "triggered", "device-2": "resolved", "device-3": "resolved"}
    broken.is_broken = False
    functions.sweep(never)
    assert {alert.status for alert in alerting.fired} == {"resolved"}


def test_silence_is_found_though_nobody_can_be_told(alerting):
    alerting.define(above(30))
    alerting.define(silent(MINUTE))

    class Away:
        """A topic that does not answer, and takes its time."""

        def publish(self, alert):
            alerting.pass_seconds(10)
            raise Unavailable("away")

    alerting.ports.notifications = Away()
    functions = Functions(alerting.ports, alerting.clock)
    for temperature in [40, 20] * 6:
        functions.evaluate(alerting.spoken(temperature=temperature))
        alerting.pass_seconds(1)
    alerting.pass_seconds(10 * MINUTE)
    until = alerting.now + 45 * SECOND_MS
    functions.sweep(lambda: alerting.now >= until)
    assert [alert.condition for alert in alerting.fired if alert.status == "triggered"] == [
        silent(MINUTE)
    ]
