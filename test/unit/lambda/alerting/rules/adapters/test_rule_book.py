"""What the rule book promises, in memory and in DynamoDB alike."""

from dataclasses import replace
from decimal import Decimal

import pytest
from samples.listings import in_parts
from samples.readings import START
from samples.rules import a_rule, above, silent

from alerting.errors import StaleVersion
from alerting.rules.adapters.rule_book import DynamoDbRuleBook
from alerting.rules.definition import RuleDefinition, Threshold
from alerting.rules.ports import (
    FOLLOWED_UP_AFTER_MS,
    FOLLOWED_UP_AGAIN_AFTER_MS,
    CacheVersion,
    RuleChange,
)
from kernel.clock import DAY_MS

LATER = START + 1_000
CONDITIONS = [
    above(Decimal("0.1234567890123456789")),
    above(60, duration_seconds=5, clear_threshold=Decimal(55)),
    Threshold("door", "==", True),
    Threshold("mode", "!=", "höher"),
    silent(900),
    silent(60, "temperature"),
]


def renamed(rule, name, now=LATER):
    return rule.replaced_by(replace(rule.definition, name=name), now)


@pytest.mark.parametrize("condition", CONDITIONS)
def test_a_rule_comes_back_as_it_was_made(ports, condition):
    rule = a_rule(condition, severity="critical", cooldown_seconds=7, name="hot", description="é")
    assert ports.book.create(rule) == rule
    assert ports.book.get(rule.rule_id) == rule
    assert list(ports.book.of_device("device-1")) == [rule]
    assert list(ports.book.of_device("device-2")) == []


def test_what_has_the_id_already_stays_as_it_is(ports):
    rule = a_rule()
    ports.book.create(rule)
    edition = ports.book.cache_version()
    assert ports.book.create(replace(rule, created_at=LATER)) == rule
    assert ports.book.cache_version() == edition


def test_an_unknown_rule_is_none(ports):
    ports.book.create(a_rule())
    assert ports.book.get("unknown") is None
    assert ports.book.get("*") is None


def test_a_rule_is_replaced_and_deleted_only_as_the_caller_knows_it(ports):
    rule = a_rule()
    ports.book.create(rule)
    ports.book.replace(renamed(rule, "second"), rule)
    for change in (
        lambda: ports.book.replace(renamed(rule, "third"), rule),
        lambda: ports.book.delete(rule, LATER),
    ):
        with pytest.raises(StaleVersion):
            change()
    assert ports.book.get(rule.rule_id).definition.name == "second"
    ports.book.delete(renamed(rule, "second"), LATER)
    assert ports.book.get(rule.rule_id) is None
    with pytest.raises(StaleVersion):
        ports.book.replace(renamed(rule, "fourth"), renamed(rule, "second"))


def test_every_change_makes_a_new_edition(ports):
    assert ports.book.cache_version() == CacheVersion()
    rule = a_rule()
    ports.book.create(rule)
    assert ports.book.cache_version() == CacheVersion(1, START)
    ports.book.replace(renamed(rule, "other"), rule)
    ports.book.delete(renamed(rule, "other"), LATER + 1)
    assert ports.book.cache_version() == CacheVersion(3, LATER + 1)


def test_every_change_is_to_be_followed_up_and_again_once_nobody_acts_on_what_was(ports):
    rule = a_rule()
    ports.book.create(rule)
    changed = RuleChange(rule.rule_id, START)
    for change, wait_ms in (
        (changed, FOLLOWED_UP_AFTER_MS),
        (replace(changed, again=True), FOLLOWED_UP_AGAIN_AFTER_MS),
    ):
        assert list(ports.changes.pending(START + wait_ms - 1)) == []
        assert list(ports.changes.pending(START + wait_ms)) == [change]
        ports.changes.done(change)
    assert list(ports.changes.pending(START + DAY_MS)) == []


def test_what_was_changed_lately_is_known_as_it_is_until_it_is_followed_up(ports):
    kept, gone = a_rule(), a_rule(above(70))
    for rule in (kept, gone):
        ports.book.create(rule)
    ports.book.replace(renamed(kept, "other"), kept)
    ports.book.delete(gone, LATER)
    lately = {kept.rule_id: renamed(kept, "other"), gone.rule_id: None}
    assert ports.book.changed_lately() == lately
    for change in list(ports.changes.pending(START + DAY_MS)):
        ports.changes.done(change)
    assert ports.book.changed_lately() == {}


def test_a_rule_that_was_changed_again_is_followed_up_again(ports):
    rule = a_rule()
    ports.book.create(rule)
    for n in range(2):
        (former,) = ports.changes.pending(START + DAY_MS)
        ports.book.replace(renamed(rule, f"{n}"), ports.book.get(rule.rule_id))
        ports.changes.done(former)
        (change,) = ports.changes.pending(START + DAY_MS)
        assert change == RuleChange(rule.rule_id, LATER)
        ports.changes.done(change)
        ports.changes.done(change)
        (again,) = ports.changes.pending(START + DAY_MS)
        assert again == replace(change, again=True)


def test_the_longest_waiting_changes_are_followed_up_first(ports):
    waiting = [a_rule(above(n), now=START + (n * 7 % 5)) for n in range(5)]
    for rule in waiting:
        ports.book.create(rule)
    moments = [change.changed_at for change in ports.changes.pending(START + DAY_MS)]
    assert moments == [START + n for n in range(5)]


@pytest.mark.parametrize("device_id", ["device-1", None])
def test_parts_show_every_rule_once(ports, device_id):
    rules = [a_rule(above(n), now=START + n) for n in range(7)]
    others = [a_rule(device_id="*"), a_rule(device_id="device-10")]
    for rule in (*rules, *others):
        ports.book.create(rule)
    found = list(in_parts(lambda after: ports.book.listed(device_id, after), 3))
    if device_id is None:
        assert len(found) == 9
        assert {rule.rule_id for rule in found} == {rule.rule_id for rule in (*rules, *others)}
    else:
        assert found == rules


def test_a_rule_and_its_edition_are_written_together_or_not_at_all(dynamodb_ports):
    without_states = DynamoDbRuleBook(dynamodb_ports.client, "rules", "no-such-table")
    with pytest.raises(dynamodb_ports.client.exceptions.ClientError):
        without_states.create(a_rule())
    assert dynamodb_ports.book.cache_version() == CacheVersion()
    assert list(dynamodb_ports.book.listed(None, None)) == []


def test_a_rule_is_readable_with_any_tool(dynamodb_ports):
    rule = a_rule(above(60), name="hot")
    dynamodb_ports.book.create(rule)
    key = {"rule_id": {"S": rule.rule_id}}
    item = dynamodb_ports.client.get_item(TableName="rules", Key=key)["Item"]
    assert item["metric"] == {"S": "temperature"}
    assert item["threshold"] == {"N": "6E+1"} or item["threshold"] == {"N": "60"}
    assert item["name"] == {"S": "hot"}


def test_definitions_that_differ_make_rules_that_differ():
    ids = {a_rule(condition).rule_id for condition in CONDITIONS}
    assert len(ids) == len(CONDITIONS)
    assert a_rule().rule_id == a_rule(now=LATER).rule_id
    assert RuleDefinition("device-1", above()) == a_rule().definition
