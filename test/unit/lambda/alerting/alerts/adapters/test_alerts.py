"""What the alerts promise, in memory and in DynamoDB alike."""

from dataclasses import replace
from itertools import product

import pytest
from samples.listings import in_parts
from samples.movements import moved
from samples.readings import START, reading
from samples.rules import a_rule, above, silent

from alerting.alerts.ports import AlertQuery
from alerting.alerts.representation import alert_representation
from alerting.evaluation.history import History
from alerting.evaluation.movement import Movement
from alerting.evaluation.ports import VersionedState
from kernel.clock import DAY_MS, MINUTE_MS

EVER = {"start": 0, "end": START + 90 * DAY_MS}


def fire(ports, rule, device_id, *moments, now=START):
    """Fire alerts of a rule for a device; all but the last are resolved a moment later."""
    readings = [
        reading(device_id=device_id, timestamp=moment + offset, temperature=temperature)
        for moment in moments
        for offset, temperature in ((0, 61), (1, 50))
    ][:-1]
    key = (device_id, rule.rule_id)
    held = ports.states.load([key])[key]
    movement = moved(rule, *readings, before=held.state, device_id=device_id, now=now)
    ports.states.commit(movement, held, now)


def read(ports, limit=1_000, **query):
    """Every alert of a query, read in parts of `limit`."""
    asked = AlertQuery(**{**EVER, **query})
    found = in_parts(lambda after: ports.alerts.listed(replace(asked, after=after)), limit)
    return (alert for alert in found if alert is not None)


@pytest.fixture
def rules(ports):
    return [ports.book.create(a_rule(above(n), "*")) for n in (60, 59)]


@pytest.fixture
def alerts(ports, rules):
    for (n, rule), device in product(enumerate(rules), ("device-1", "device-2")):
        fire(ports, rule, device, *(START + m * MINUTE_MS + n for m in range(5)))
    return list(read(ports))


def test_alerts_come_newest_first_each_once(alerts):
    assert len({alert.alert_id for alert in alerts}) == len(alerts) == 20
    moments = [alert.fired_at for alert in alerts]
    assert moments == sorted(moments, reverse=True)


@pytest.mark.parametrize("limit", [1, 3, 20])
def test_parts_of_any_size_show_the_same(ports, alerts, limit):
    assert list(read(ports, limit)) == alerts


@pytest.mark.parametrize(
    "wanted",
    [
        {"device_id": "device-1"},
        {"status": "triggered"},
        {"status": "resolved"},
        {"device_id": "device-2", "status": "triggered"},
        {"device_id": "unknown"},
    ],
)
@pytest.mark.parametrize("one_rule", [True, False])
@pytest.mark.parametrize("limit", [2, 1_000])
def test_alerts_are_found_by_every_combination(ports, rules, alerts, wanted, one_rule, limit):
    if one_rule:
        wanted = {**wanted, "rule_id": rules[1].rule_id}
    expected = [
        alert
        for alert in alerts
        if all(getattr(alert, name) == value for name, value in wanted.items())
    ]
    assert list(read(ports, limit, **wanted)) == expected


def test_a_span_is_half_open(ports, alerts):
    start, end = START + MINUTE_MS, START + 3 * MINUTE_MS
    found = list(read(ports, 3, start=start, end=end))
    assert found == [alert for alert in alerts if start <= alert.fired_at < end]
    assert list(read(ports, start=end, end=start)) == []


def test_the_open_alerts_of_a_rule_are_found_and_resolved_once(ports, rules, alerts):
    rule_id = rules[0].rule_id
    open_alerts = list(ports.alerts.open_alerts(rule_id))
    assert {alert.device_id for alert in open_alerts} == {"device-1", "device-2"}
    for moment in (1, 2):
        ports.alerts.resolve(open_alerts[0].alert_id, START + DAY_MS + moment)
    ports.alerts.resolve("unknown", START)
    assert [one.alert_id for one in ports.alerts.open_alerts(rule_id)] == [open_alerts[1].alert_id]
    (resolved,) = [one for one in read(ports) if one.alert_id == open_alerts[0].alert_id]
    assert resolved.resolved_at == START + DAY_MS + 1
    assert len(list(read(ports))) == 20


def test_an_alert_stays_unannounced_until_people_were_told(ports, rules):
    fire(ports, rules[0], "device-1", START, now=START + 5)
    (alert,) = read(ports)
    assert list(ports.alerts.outbox(START + 5)) == []
    assert list(ports.alerts.outbox(START + 6)) == [alert]
    ports.alerts.mark_published(alert.alert_id)
    ports.alerts.mark_published("unknown")
    assert list(ports.alerts.outbox(START + 6)) == []
    assert list(read(ports)) == [alert]


def test_an_alert_of_silence_comes_back_as_it_was(ports):
    rule = ports.book.create(a_rule(silent(60, "temperature"), name="lost", severity="info"))
    movement = Movement(rule, "device-1", None)
    start = movement.look(START + MINUTE_MS)
    movement.reconcile(start, History([], frozenset()), {}, START + MINUTE_MS, by_clock=True)
    ports.states.commit(movement, VersionedState(), START)
    (alert,) = read(ports)
    assert [alert] == list(movement.fired.values())
    assert alert_representation(alert) == {
        "alert_id": alert.alert_id,
        "rule_id": rule.rule_id,
        "rule_name": "lost",
        "device_id": "device-1",
        "metric": "temperature",
        "no_data": 60,
        "severity": "info",
        "status": "triggered",
        "fired_at": START + MINUTE_MS,
    }


def test_what_does_not_qualify_has_a_position_too(dynamodb_ports):
    rules = [dynamodb_ports.book.create(a_rule(above(n), "*")) for n in (60, 59)]
    fire(dynamodb_ports, rules[0], "device-1", START)
    fire(dynamodb_ports, rules[1], "device-1", START + MINUTE_MS, START + 2 * MINUTE_MS)
    query = AlertQuery(**EVER, device_id="device-1", rule_id=rules[0].rule_id)
    found = list(dynamodb_ports.alerts.listed(query))
    assert [alert and alert.rule_id for _, alert in found] == [None, None, rules[0].rule_id]
    positions = [position for position, _ in found]
    rest = list(dynamodb_ports.alerts.listed(replace(query, after=positions[1])))
    assert rest == found[2:]
