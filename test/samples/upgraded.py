"""Today's functions on what an earlier version kept, and what later ones will have grown by."""

import json
from dataclasses import dataclass
from pathlib import Path

from alerting.alerts.adapters.dynamodb import DynamoDbAlerts
from alerting.alerts.adapters.memory import MemoryNotifications
from alerting.alerts.ports import AlertQuery
from alerting.evaluation.adapters.rule_states import DynamoDbRuleStates
from alerting.rules.adapters.change_outbox import DynamoDbRuleChangeOutbox
from alerting.rules.adapters.rule_book import DynamoDbRuleBook
from alerting.rules.definition import RuleDefinition, Silence, Threshold
from kernel.clock import DAY_MS, SECOND_MS
from readings.messages import ReadingMessage
from samples.alerting_in_memory import Functions, Ports, never
from samples.everything_kept import attribute, create_tables
from samples.readings import reading
from telemetry.adapters.dynamodb import DynamoDbProcessedReadings
from telemetry.ports import Arrival
from telemetry.segmenting import cut_into_segments


def kept_by(version):
    """The golden file of a version: what its own code kept and sent."""
    return json.loads((Path(__file__).parent / f"kept_by_{version}.json").read_text())


@dataclass(frozen=True, slots=True)
class LaterThreshold(Threshold):
    """A threshold as a later version may know it."""

    window_seconds: int = 0


@dataclass(frozen=True, slots=True)
class LaterSilence(Silence):
    """A silence as a later version may know it."""

    grace_seconds: int = 0


@dataclass(frozen=True, slots=True)
class LaterDefinition(RuleDefinition):
    """A definition as a later version may know it."""

    labels: str | None = None
    muted: bool = False


def grow(monkeypatch):
    """Let every definition that is read, of a table or of a caller, be one of a later version."""
    for module in ("alerting.rules.adapters.items", "alerting.requests"):
        monkeypatch.setattr(f"{module}.Threshold", LaterThreshold)
        monkeypatch.setattr(f"{module}.Silence", LaterSilence)
        monkeypatch.setattr(f"{module}.RuleDefinition", LaterDefinition)


class Upgraded:
    """Today's functions on what a version left behind, and a clock moved by hand."""

    def __init__(self, client, kept):
        self.started_at = self.now = kept["now"]
        create_tables(client)
        for table, items in kept["tables"].items():
            for item in items:
                item = {name: attribute(value) for name, value in item.items()}
                client.put_item(TableName=table, Item=item)
        self.alerts, self.told = DynamoDbAlerts(client, "alerts"), MemoryNotifications()
        self.states = DynamoDbRuleStates(client, "states", "alerts")
        self.processed = DynamoDbProcessedReadings(client, "processed", consistent=True)
        book = DynamoDbRuleBook(client, "rules", "states")
        changes = DynamoDbRuleChangeOutbox(client, "states")
        # The sweep asks the rule book for changes.
        for name in ("pending", "done"):
            setattr(book, name, getattr(changes, name))
        self.book = book
        ports = Ports(book, self.alerts, self.states, self.told, self.processed)
        self.functions = Functions(ports, lambda: self.now)

    @property
    def rule_ids(self):
        """The ids of every rule."""
        return [rule.rule_id for _, rule in self.book.listed(None, None)]

    def take(self, message):
        """A message of the evaluation queue arrives."""
        assert not self.functions.evaluate(message).failed

    def speak(self, device, seconds_later, **metrics):
        """A reading that comes `seconds_later` than the upgrade."""
        self.now = self.started_at + seconds_later * SECOND_MS
        segments = cut_into_segments([reading(device, self.now, **metrics)], 500)
        self.processed.append([Arrival(one, self.now) for one in segments], self.now)
        self.take(ReadingMessage("request-2", self.now, tuple(segments)))

    def sweep(self, seconds_later):
        """The sweep runs."""
        self.now = self.started_at + seconds_later * SECOND_MS
        self.functions.sweep(never)

    def of(self, device):
        """The device's alerts, the oldest first: when they fired and ended, in s."""
        query = AlertQuery(0, self.started_at + DAY_MS, device_id=device)
        found = [one for _, one in self.alerts.listed(query) if one is not None]
        return [
            (
                (one.fired_at - self.started_at) / 1_000,
                one.resolved_at and (one.resolved_at - self.started_at) / 1_000,
            )
            for one in reversed(found)
        ]
