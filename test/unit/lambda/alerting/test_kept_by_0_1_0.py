"""What version 0.1.0 kept in its tables is read, goes on and is told of once.

The items were written by that version's own code. They stay here for ever, beside those of later
versions.
"""

import base64
import json
from pathlib import Path

import pytest
import samples
from samples.alerting_in_memory import Functions, Ports, never
from samples.readings import reading
from samples.stack import create_table

from alerting.alerts.adapters.memory import MemoryNotifications
from alerting.alerts.ports import AlertQuery
from kernel.clock import DAY_MS, SECOND_MS
from readings.messages import ReadingMessage
from telemetry.adapters.dynamodb import DynamoDbProcessedReadings
from telemetry.segmenting import cut_into_segments

KEPT = json.loads((Path(samples.__file__).parent / "kept_by_0_1_0.json").read_text())
NOW = KEPT["now"]


def attribute(value):
    """An attribute as boto3 takes it."""
    ((kind, content),) = value.items()
    return {kind: base64.b64decode(content["base64"]) if kind == "B" else content}


class Upgraded:
    """Today's functions on what version 0.1.0 left behind, and a clock moved by hand."""

    def __init__(self, ports):
        self.now = NOW
        create_table(ports.client, "processed", "processed")
        for table, items in KEPT["tables"].items():
            for item in items:
                item = {name: attribute(value) for name, value in item.items()}
                ports.client.put_item(TableName=table, Item=item)
        self.alerts, self.told = ports.alerts, MemoryNotifications()
        self.processed = DynamoDbProcessedReadings(ports.client, "processed", consistent=True)
        kept = Ports(ports.book, ports.alerts, ports.states, self.told, self.processed)
        # The sweep asks the rule book for changes.
        kept.book.pending, kept.book.done = ports.changes.pending, ports.changes.done
        self.functions = Functions(kept, lambda: self.now)

    def speak(self, device, seconds_later, **metrics):
        """A reading that comes `seconds_later` than the upgrade."""
        self.now = NOW + seconds_later * SECOND_MS
        segments = cut_into_segments([reading(device, self.now, **metrics)], 500)
        self.processed.append(segments, self.now, self.now)
        message = ReadingMessage("request-2", self.now, tuple(segments))
        assert not self.functions.evaluate(message).failed

    def sweep(self, seconds_later):
        """The sweep runs."""
        self.now = NOW + seconds_later * SECOND_MS
        self.functions.sweep(never)

    def of(self, device):
        """The device's alerts, the oldest first: when they fired and ended, in s."""
        query = AlertQuery(0, NOW + DAY_MS, device_id=device)
        found = [one for _, one in self.alerts.listed(query) if one is not None]
        return [
            ((one.fired_at - NOW) / 1_000, one.resolved_at and (one.resolved_at - NOW) / 1_000)
            for one in reversed(found)
        ]


@pytest.fixture
def upgraded(dynamodb_ports):
    """The state of things after an upgrade."""
    return Upgraded(dynamodb_ports)


def test_a_message_that_it_enqueued_ends_its_open_alert(upgraded):
    assert upgraded.of("hot") == [(-63, -62), (-61, None)]
    message = ReadingMessage.decode(KEPT["evaluation_message"])
    upgraded.processed.append(message.segments, message.received_at, NOW)
    upgraded.functions.evaluate(message)
    assert upgraded.of("hot") == [(-63, -62), (-61, 0)]
    assert upgraded.told.published == []


def test_what_it_had_evaluated_fires_nothing_again(upgraded):
    before = [upgraded.of(device) for device in ("hot", "cooling", "sticky", "lasting")]
    for device in ("hot", "cooling", "sticky", "lasting"):
        for segment, received_at in upgraded.processed.since(device, NOW - DAY_MS, NOW, 0):
            upgraded.functions.evaluate(ReadingMessage("again", received_at, (segment,)))
    assert [upgraded.of(device) for device in ("hot", "cooling", "sticky", "lasting")] == before
    assert upgraded.told.published == []


def test_a_condition_that_held_then_fires_when_it_has_held_long_enough(upgraded):
    upgraded.speak("lasting", -3, temperature=60)
    assert upgraded.of("lasting") == []
    upgraded.speak("lasting", -2, temperature=60)
    assert upgraded.of("lasting") == [(-2, None)]
    assert len(upgraded.told.published) == 1


def test_a_cooldown_that_began_then_holds(upgraded):
    (first,) = upgraded.of("cooling")
    upgraded.speak("cooling", 600, temperature=60)
    upgraded.speak("cooling", 601, temperature=40)
    assert upgraded.of("cooling") == [first]
    upgraded.speak("cooling", 3_600, temperature=60)
    assert upgraded.of("cooling") == [first, (3_600, None)]


def test_an_alert_that_was_held_by_its_clear_threshold_goes_on_and_ends(upgraded):
    upgraded.speak("sticky", 10, temperature=46)
    assert upgraded.of("sticky") == [(-62, None)]
    upgraded.speak("sticky", 20, temperature=44)
    assert upgraded.of("sticky") == [(-62, 20)]


def test_a_device_that_was_silent_is_heard_and_missed_again(upgraded):
    assert upgraded.of("lost") == [(-1, None)]
    upgraded.sweep(30)
    upgraded.speak("lost", 40, humidity=1)
    assert upgraded.of("lost") == [(-1, 40)]
    upgraded.sweep(100)
    assert upgraded.of("lost") == [(-1, 40), (100, None)]
    assert len(upgraded.told.published) == 1


def test_a_device_that_was_waited_for_is_missed(upgraded):
    upgraded.sweep(839)
    assert upgraded.of("beating") == []
    upgraded.sweep(840)
    assert upgraded.of("beating") == [(840, None)]


def test_rules_that_it_kept_are_changed_and_deleted(upgraded):
    book = upgraded.functions.keeping
    for item in KEPT["tables"]["rules"]:
        if (rule_id := item["rule_id"]["S"]) != "*":
            book.delete(rule_id)
    upgraded.sweep(10)
    for device in ("hot", "sticky", "lost"):
        assert upgraded.of(device)[-1][1] is not None
