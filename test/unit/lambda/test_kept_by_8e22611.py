"""What commit 8e22611 kept and sent is read, moved, replaced and deleted, and keeps its form.

A release that means to keep more gets a golden file of its own (samples/everything_kept.py says
how), and is compared with that; what earlier ones wrote is read for ever.
"""

import json
from dataclasses import replace

import pytest
from samples.everything_kept import RULES, everything
from samples.readings import START
from samples.upgraded import LaterDefinition, LaterSilence, LaterThreshold, Upgraded, grow, kept_by

from alerting.alerts.ports import AlertQuery
from alerting.rules.definition import Silence
from alerting.rules.model import Rule
from edge.adapters.dynamodb import DynamoDbAttempts
from edge.http import Answer
from edge.idempotency import Attempt
from kernel.clock import DAY_MS
from readings.messages import ReadingMessage
from states.adapters.dynamodb import DynamoDbCounters
from states.messages import CountMessage
from telemetry.adapters.dynamodb import DynamoDbRawReadings
from telemetry.adapters.failures import DynamoDbFailures
from telemetry.ports import Span

KEPT = kept_by("8e22611")
NOW, MESSAGES = KEPT["now"], KEPT["messages"]
IDS = {name: kept["rule_id"] for name, kept in KEPT["rules"].items()}
OPEN = {"hot", "exact", "open", "broken", "lost"}


@pytest.fixture(params=["as they are", "as they may grow"])
def upgraded(request, aws, monkeypatch):
    """The state of things after an upgrade, to definitions as they are or will be."""
    if request.param == "as they may grow":
        grow(monkeypatch)
    return Upgraded(aws("dynamodb"), KEPT)


def alerts(upgraded, **asked):
    """The alerts of a query by id."""
    listed = upgraded.alerts.listed(AlertQuery(0, NOW + DAY_MS, **asked))
    return {alert.alert_id: alert for _, alert in listed if alert is not None}


def items(upgraded, table):
    """The items of a table in the golden file."""
    return [item for item in KEPT["tables"][table] if item.get("rule_id") != {"S": "*"}]


def test_everything_is_kept_in_the_same_form_and_sent_to_the_same_effect(aws):
    kept_today = json.loads(json.dumps(everything(aws("dynamodb"))))
    for table, written in KEPT["tables"].items():
        assert kept_today["tables"][table] == written, table
    sent_today = kept_today["messages"]
    for name in ("reading", "replayed"):
        sent, sent_then = ReadingMessage.decode(sent_today[name]), MESSAGES[name]
        assert sent == ReadingMessage.decode(sent_then)
    without_readings = {"reading": "", "replayed": ""}
    assert {**kept_today, "messages": sent_today | without_readings} == {
        **KEPT,
        "messages": MESSAGES | without_readings,
    }


@pytest.mark.parametrize("name", RULES)
def test_a_member_at_its_default_makes_no_other_rule(name):
    said = RULES[name]
    silent = isinstance(said.condition, Silence)
    kinds = (LaterSilence, "grace_seconds") if silent else (LaterThreshold, "window_seconds")
    condition = kinds[0](*(getattr(said.condition, one) for one in said.condition.__slots__))
    settings = {one: getattr(said, one) for one in said.__slots__}
    later = LaterDefinition(**{**settings, "condition": condition})
    before, after = Rule.new(said, START), Rule.new(later, START)
    assert (after.rule_id, after.revision) == (before.rule_id, before.revision)
    assert after.rule_id == IDS[name]
    watching = replace(later, condition=replace(condition, **{kinds[1]: 60}))
    labelled = replace(later, labels="roof", muted=True)
    ids = {Rule.new(one, START).rule_id for one in (later, watching, labelled)}
    assert len(ids) == 3
    assert Rule.new(watching, START).revision != before.revision
    assert Rule.new(labelled, START).revision == before.revision


def test_rules_and_alerts_come_back_with_the_ids_and_revisions_that_they_have(upgraded):
    rules = {rule.rule_id: rule for _, rule in upgraded.book.listed(None, None)}
    assert rules.keys() == set(IDS.values()) - {IDS["deleted"]}
    for item in items(upgraded, "rules"):
        assert rules[item["rule_id"]["S"]].revision == item["revision"]["S"]
    assert sorted(alerts(upgraded)) == sorted(KEPT["alerts"])
    assert {one.device_id for one in alerts(upgraded, status="triggered").values()} >= OPEN


def test_the_same_rule_made_again_is_the_rule_that_is_there(upgraded):
    for name, definition in RULES.items():
        if name not in ("replaced", "deleted"):
            assert upgraded.functions.keeping.create(definition).rule_id == IDS[name]


def test_every_rule_is_replaced_and_deleted(upgraded):
    keeping = upgraded.functions.keeping
    for rule_id in upgraded.rule_ids:
        present = keeping.get(rule_id)
        renamed = keeping.replace(rule_id, replace(present.definition, name="renamed"))
        assert renamed.revision == present.revision
        keeping.delete(rule_id)
    upgraded.sweep(10 + 15 * 60)
    assert upgraded.rule_ids == []
    assert alerts(upgraded, status="triggered") == {}


def test_a_message_that_was_enqueued_ends_the_open_alert_and_fires_none(upgraded):
    message = ReadingMessage.decode(MESSAGES["reading"])
    upgraded.take(message)
    assert [resolved for _, resolved in upgraded.of("hot")] == [-77.001, 0]
    assert ReadingMessage.decode(message.encode()) == message
    assert ReadingMessage.decode(MESSAGES["replayed"]) == replace(message, replay=True)


def test_what_was_evaluated_then_fires_nothing_again(upgraded):
    before = alerts(upgraded)
    for device in RULES:
        for segment, received_at in upgraded.processed.since(device, START, NOW, 0):
            upgraded.take(ReadingMessage("again", received_at, (segment,)))
    assert alerts(upgraded) == before
    assert upgraded.told.published == []


def test_what_was_left_in_the_outbox_is_published_once(upgraded):
    upgraded.sweep(5)
    upgraded.sweep(125)
    upgraded.sweep(130)
    published = [one.device_id for one in upgraded.told.published]
    assert published.count("open") == published.count("lost") == 1


def test_an_evaluation_that_broke_off_is_finished_by_whoever_comes_next(upgraded):
    key = ("replaced", IDS["replaced"])
    assert upgraded.states.load([key])[key].state.unsettled is not None
    upgraded.speak("replaced", 5, temperature=3)
    assert upgraded.states.load([key])[key].state.unsettled is None
    assert upgraded.of("replaced") == [(5, None)]


def test_silences_and_conditions_that_began_then_go_on(upgraded):
    upgraded.speak("lost", 5, humidity=1)
    assert upgraded.of("lost") == [(-19.001, 5)]
    upgraded.sweep(20)
    assert upgraded.of("mute") == [(10.999, None)]
    upgraded.speak("full", 100, temperature=60)
    assert upgraded.of("full") == [(-9.001, -45.001), (100, None)]


def test_readings_that_were_kept_are_found(upgraded, aws):
    raw = DynamoDbRawReadings(aws("dynamodb"), "raw")
    for segments in (raw, upgraded.processed):
        found = segments.read("hot", Span(START, NOW + DAY_MS), newest_first=False)
        assert sum(len(one.segment.readings) for one in found) == 7


def test_what_was_done_then_is_not_done_again(upgraded, aws):
    message = CountMessage.decode(MESSAGES["count"])
    assert message.encode() == MESSAGES["count"]
    counters = DynamoDbCounters(aws("dynamodb"), "counts", "idempotency")
    assert not counters.add(message.chunk, NOW)
    assert counters.read("2025-11-21").counts == message.chunk.counts
    attempts = DynamoDbAttempts(aws("dynamodb"), "idempotency")
    repeat = Attempt("d", "request-2", NOW, keyed=True)
    first = attempts.first("key-1", repeat, NOW + DAY_MS)
    assert (first.request_id, first.answer) == ("request-1", Answer(200, '{"message":"x"}'))
    failures = DynamoDbFailures(aws("dynamodb"), "idempotency")
    assert failures.add(START, ["message-1", "message-3"]) == 3
