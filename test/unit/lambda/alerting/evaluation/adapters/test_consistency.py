"""Decisions are made on what is there at this moment; a conflict is a reason to try again."""

import pytest
from samples.movements import moved
from samples.readings import START, reading
from samples.rules import a_rule, above, silent

from alerting.errors import StaleVersion
from alerting.evaluation.ports import VersionedState

RULE = a_rule(above(30))


def requested(heard):
    """Whether each request that was overheard asks for what was written a moment ago."""
    return [
        keys["ConsistentRead"]
        for asked in heard
        for keys in asked.get("RequestItems", {"": asked}).values()
    ]


@pytest.mark.parametrize("keys", [1, 5], ids=["singly", "as_a_range"])
def test_states_are_read_as_they_are(dynamodb_ports, overhear, keys):
    heard = [overhear("dynamodb", "BatchGetItem"), overhear("dynamodb", "Query")]
    dynamodb_ports.states.load([("device-1", f"rule-{n}") for n in range(keys)])
    asked = [one for each in heard for one in each]
    assert requested(asked) == [True]


def test_rules_and_alerts_are_looked_up_as_they_are(dynamodb_ports, overhear):
    rules, found = overhear("dynamodb", "GetItem"), overhear("dynamodb", "BatchGetItem")
    dynamodb_ports.book.get("a-rule")
    dynamodb_ports.book.cache_version()
    dynamodb_ports.book.create(RULE)
    changes = overhear("dynamodb", "Query")
    dynamodb_ports.book.changed_lately()
    dynamodb_ports.alerts.found(["an-alert"])
    assert requested(rules) == [True, True]
    assert requested(changes) == [True]
    # A rule that was changed, and an alert.
    assert requested(found) == [True, True]


def test_a_state_that_somebody_is_moving_at_this_moment_is_superseded(dynamodb_ports, refuse):
    waiting = moved(a_rule(silent(60)), reading())
    assert not waiting.changes_alerts
    refuse("dynamodb", "PutItem", "TransactionConflictException")
    with pytest.raises(StaleVersion):
        dynamodb_ports.states.commit(waiting, VersionedState(), START)


def test_that_people_were_told_is_remembered_though_somebody_amends_the_alert(
    dynamodb_ports, overhear, monkeypatch
):
    monkeypatch.setattr("alerting.alerts.adapters.dynamodb.pause", lambda _attempt: None)
    firing = moved(RULE, reading(temperature=40))
    dynamodb_ports.states.commit(firing, VersionedState(), START)
    (alert_id,) = firing.fired
    conflict = 400, {"Error": {"Code": "TransactionConflictException", "Message": "busy"}}
    answers = iter([conflict, conflict])
    heard = overhear("dynamodb", "UpdateItem", lambda _parameters: next(answers, None))
    dynamodb_ports.alerts.mark_published(alert_id)
    assert len(heard) == 3
    assert list(dynamodb_ports.alerts.outbox(START + 1)) == []
