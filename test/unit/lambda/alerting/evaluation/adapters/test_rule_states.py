"""What the rule states promise, in memory and in DynamoDB alike."""

from dataclasses import replace
from decimal import Decimal

import pytest
from samples.movements import moved
from samples.readings import START, reading
from samples.rules import a_rule, above, silent

from alerting.alerts.model import Ending
from alerting.alerts.ports import AlertQuery
from alerting.errors import StaleVersion
from alerting.evaluation.movement import MOST_ALERTS_AT_ONCE
from alerting.evaluation.ports import FiredBefore, VersionedState
from alerting.evaluation.state import OpenSilence, Unsettled
from kernel.clock import DAY_MS, MINUTE_MS, SECOND_MS

EVER = AlertQuery(0, START + DAY_MS)


def at(seconds, **metrics):
    return reading(timestamp=START + seconds * SECOND_MS, **metrics)


def held(ports, rule, device_id="device-1"):
    key = (device_id, rule.rule_id)
    return ports.states.load([key])[key]


def listed(ports, **query):
    return [alert for _, alert in ports.alerts.listed(replace(EVER, **query))]


@pytest.fixture
def rule(ports):
    return ports.book.create(a_rule())


def test_what_was_never_written_is_held_as_nothing(ports, rule):
    assert held(ports, rule) == VersionedState(None, 0)


def test_a_state_comes_back_with_all_that_it_knows(ports, rule):
    readings = at(0, temperature=61), at(1, temperature=50), at(2, temperature=70)
    movement = moved(rule, *readings)
    kept = ports.states.commit(movement, VersionedState(), START)
    assert held(ports, rule) == kept == VersionedState(movement.state, 1)
    snapshot = kept.state.timeline.last.snapshot
    assert (snapshot.open_alert, snapshot.fired_at) == (list(movement.fired)[1], START + 2_000)


def test_whatever_a_state_may_say_comes_back(ports, rule):
    lasting = ports.book.create(a_rule(above(60, duration_seconds=60)))
    movement = moved(lasting, at(0, temperature=61), at(1, temperature=1), at(2, temperature=61))
    checkpoints = movement.state.timeline.checkpoints
    positions = [one.position for one in checkpoints]
    movement.state = replace(
        movement.state,
        timeline=replace(
            movement.state.timeline,
            checkpoints=(checkpoints[0], replace(checkpoints[1], opaque=True), *checkpoints[2:]),
        ),
        unsettled=Unsettled(positions[0], positions[1]),
        silence=OpenSilence("alert", START),
        check_at=START,
        longest_ms=4_096,
    )
    assert movement.state.timeline.last.snapshot.holding_since == START + 2_000
    ports.states.commit(movement, VersionedState(), START)
    assert held(ports, lasting).state == movement.state


def test_alerts_are_kept_with_the_state_that_fired_them(ports, rule):
    movement = moved(rule, at(0, temperature=61), at(1, temperature=50), at(2, temperature=70))
    ports.states.commit(movement, VersionedState(), START)
    alerts = listed(ports)
    assert alerts == [*movement.fired.values()][::-1]
    assert [(alert.status, alert.resolved_at) for alert in alerts] == [
        ("triggered", None),
        ("resolved", START + 1_000),
    ]


def test_an_alert_of_earlier_is_resolved_with_the_state_that_ends_it(ports, rule):
    kept = ports.states.commit(moved(rule, at(0, temperature=61)), VersionedState(), START)
    ending = moved(rule, at(5, temperature=60), before=kept.state)
    ports.states.commit(ending, kept, START)
    (alert,) = listed(ports)
    assert (alert.status, alert.resolved_at) == ("resolved", START + 5_000)


@pytest.mark.parametrize("temperature", [50, 61], ids=["quiet", "firing"])
def test_whoever_comes_second_changes_nothing(ports, rule, temperature):
    first = ports.states.commit(moved(rule, at(8, temperature=50)), VersionedState(), START)
    ports.states.commit(moved(rule, at(9, temperature=61), before=first.state), first, START)
    before = held(ports, rule)
    before_alerts = listed(ports)
    late = moved(rule, at(0, temperature=temperature))
    for stale in (VersionedState(), first, VersionedState(before.state, 7)):
        with pytest.raises(StaleVersion):
            ports.states.commit(late, stale, START)
    assert held(ports, rule) == before
    assert listed(ports) == before_alerts


def test_an_alert_that_is_there_already_is_not_fired_again(ports, rule):
    firing = moved(rule, at(0, temperature=61))
    ports.states.commit(firing, VersionedState(), START)
    (alert_id,) = firing.fired
    again = moved(rule, at(0, temperature=61), at(1, temperature=50))
    with pytest.raises(FiredBefore) as caught:
        ports.states.commit(again, held(ports, rule), START)
    assert caught.value.alert_ids == {alert_id}
    assert held(ports, rule) == VersionedState(firing.state, 1)


@pytest.mark.parametrize(
    "ending", [Ending(START + 3), Ending(START - 3, START - 3), Ending()], ids=str
)
def test_an_alert_is_amended_with_the_state(ports, rule, ending):
    firing = moved(rule, at(0, temperature=61))
    kept = ports.states.commit(firing, VersionedState(), START)
    (alert_id,) = firing.fired
    ports.alerts.resolve(alert_id, START + 1)
    later = moved(rule, at(2, temperature=50), before=kept.state)
    later.amended = {alert_id: ending, "expired": Ending(START)}
    ports.states.commit(later, kept, START)
    assert ports.alerts.found([alert_id, "expired"]).keys() == {alert_id}
    alert = ports.alerts.found([alert_id])[alert_id]
    assert alert.ending == ending
    assert listed(ports, status=alert.status) == [alert]


def test_as_many_alerts_as_a_movement_can_have_are_kept_together(ports, rule):
    flapping = [at(n, temperature=61 if n % 2 else 50) for n in range(4 * MOST_ALERTS_AT_ONCE)]
    assert len({one.position for one in flapping}) == 4 * MOST_ALERTS_AT_ONCE
    movement = moved(rule, *flapping)
    assert len(movement.fired) == MOST_ALERTS_AT_ONCE
    ports.states.commit(movement, VersionedState(), START)
    assert len(listed(ports)) == MOST_ALERTS_AT_ONCE


def test_many_keys_are_read_at_once(ports, rule):
    ports.states.commit(moved(rule, at(0, temperature=61)), VersionedState(), START)
    known = ("device-1", rule.rule_id)
    several = [("device-1", f"rule-{n}") for n in range(9)]
    for keys in ([(f"device-{n}", rule.rule_id) for n in range(150)], [known, *several]):
        found = ports.states.load(keys)
        assert found.keys() == set(keys)
        assert {key for key, one in found.items() if one.version} == {known}
    assert ports.states.load([]) == {}


def test_silent_devices_are_found_when_they_are_due_the_longest_waiting_first(ports):
    rules = {seconds: ports.book.create(a_rule(silent(seconds))) for seconds in (60, 120, 90)}
    for rule in rules.values():
        ports.states.commit(moved(rule, at(0, temperature=1)), VersionedState(), START)

    def due(moment):
        return [rule_id for _, rule_id in ports.states.to_check(moment)]

    assert due(START + MINUTE_MS - 1) == []
    assert due(START + MINUTE_MS) == [rules[60].rule_id]
    assert due(START + DAY_MS) == [rules[n].rule_id for n in (60, 90, 120)]
    assert list(ports.states.watched(rules[90].rule_id)) == [("device-1", rules[90].rule_id)]


def test_what_is_no_longer_watched_is_not_found(ports):
    rule = ports.book.create(a_rule(silent(60)))
    key = ("device-1", rule.rule_id)
    ports.states.commit(moved(rule, at(0, temperature=1)), VersionedState(), START)
    before = held(ports, rule)
    with pytest.raises(StaleVersion):
        ports.states.unwatch(key, VersionedState(before.state, 7), START)
    ports.states.unwatch(key, before, START)
    assert list(ports.states.to_check(START + DAY_MS)) == []
    assert list(ports.states.watched(rule.rule_id)) == []
    after = held(ports, rule)
    assert (after.version, after.state) == (2, replace(before.state, check_at=None))
    ports.states.unwatch(("device-2", rule.rule_id), VersionedState(), START)
    assert held(ports, rule, "device-2") == VersionedState()


def test_changed_rules_are_no_silent_devices(ports):
    ports.book.create(a_rule(silent(60)))
    assert list(ports.states.to_check(START + DAY_MS)) == []


def test_states_and_alerts_expire_after_ninety_days(dynamodb_ports):
    rule = dynamodb_ports.book.create(a_rule(above(Decimal("0.5"))))
    ended = moved(rule, at(0, temperature=61), at(1, temperature=0))
    dynamodb_ports.states.commit(ended, VersionedState(), START + DAY_MS)
    (state,) = [
        item
        for item in dynamodb_ports.client.scan(TableName="states")["Items"]
        if item["device_id"]["S"] != "*"
    ]
    (alert,) = dynamodb_ports.client.scan(TableName="alerts")["Items"]
    assert int(state["expires_at"]["N"]) == (START + 91 * DAY_MS) // 1_000
    assert int(alert["expires_at"]["N"]) == (START + 90 * DAY_MS) // 1_000


@pytest.mark.parametrize("condition", [above(), silent(60)], ids=["open", "waiting"])
def test_a_state_that_is_in_force_does_not_expire(dynamodb_ports, condition):
    rule = dynamodb_ports.book.create(a_rule(condition))
    dynamodb_ports.states.commit(moved(rule, at(0, temperature=61)), VersionedState(), START)

    def state():
        (found,) = [
            item
            for item in dynamodb_ports.client.scan(TableName="states")["Items"]
            if item["device_id"]["S"] != "*"
        ]
        return found

    assert "expires_at" not in state()
    key = ("device-1", rule.rule_id)
    dynamodb_ports.states.unwatch(key, held(dynamodb_ports, rule), START)
    assert int(state()["expires_at"]["N"]) == (START + 90 * DAY_MS) // 1_000
