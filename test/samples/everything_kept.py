"""One of everything that is kept or sent, written by today's code through the real adapters.

`PYTHONPATH=lambda:test:. python -m samples.everything_kept FILE` writes it as a golden file: do so
whenever a release changes what is kept, and leave the files of earlier versions where they are.
"""

import base64
import json
import os
import sys
from dataclasses import replace
from decimal import Decimal
from pathlib import Path

from moto import mock_aws

from alerting.alerts.adapters.dynamodb import DynamoDbAlerts
from alerting.alerts.adapters.sns import SnsNotifications
from alerting.alerts.ports import AlertQuery
from alerting.evaluation.adapters.rule_states import DynamoDbRuleStates
from alerting.evaluation.movement import Movement
from alerting.rules.adapters.change_outbox import DynamoDbRuleChangeOutbox
from alerting.rules.adapters.rule_book import DynamoDbRuleBook
from alerting.rules.definition import RuleDefinition, Silence, Threshold
from edge.adapters.dynamodb import DynamoDbAttempts
from edge.http import Answer
from edge.idempotency import Attempt
from kernel.clock import DAY_MS, SECOND_MS
from kernel.errors import Unavailable
from readings.messages import ReadingMessage
from readings.model import Position, with_derived_metrics
from samples.alerting_in_memory import Functions, Ports, never
from samples.readings import START, reading
from samples.stack import create_alerting_tables, create_table
from states.adapters.dynamodb import DynamoDbCounters
from states.messages import CountMessage
from states.model import Chunk, Count
from telemetry.adapters.dynamodb import DynamoDbProcessedReadings, DynamoDbRawReadings
from telemetry.adapters.failures import DynamoDbFailures
from telemetry.ports import Arrival, Receipt
from telemetry.segmenting import cut_into_segments

TABLES = ("rules", "states", "alerts", "raw", "processed", "idempotency", "counts")
# Every kind of rule that can be made, by the device that it is for.
RULES = {
    "hot": RuleDefinition("hot", Threshold("temperature", ">", Decimal(40))),
    "full": RuleDefinition(
        "full",
        Threshold("temperature", ">=", Decimal("50.5"), 60, Decimal(45)),
        severity="critical",
        cooldown_seconds=600,
        name="heiß",
        description="Every member is said.",
    ),
    "exact": RuleDefinition("exact", Threshold("x", "<", Decimal("1E-20"))),
    "open": RuleDefinition("open", Threshold("door", "==", "open"), severity="info"),
    "broken": RuleDefinition("broken", Threshold("broken", "!=", False)),
    "disabled": RuleDefinition("disabled", Threshold("t", "<=", Decimal(-1)), enabled=False),
    "lost": RuleDefinition("lost", Silence(60), name="lost"),
    "mute": RuleDefinition("mute", Silence(90, "humidity"), cooldown_seconds=30),
    "*": RuleDefinition("*", Silence(900, "temperature_celsius"), severity="critical"),
    "replaced": RuleDefinition("replaced", Threshold("temperature", ">", Decimal(1))),
    "deleted": RuleDefinition("deleted", Silence(86_400)),
}


class _Topic:
    """An SNS topic that can be out of order; what is published is in a list."""

    def __init__(self):
        self.published, self.out_of_order = [], False

    def publish(self, **message):
        """Take the message."""
        if self.out_of_order:
            raise Unavailable("Not now.")
        self.published.append(message)


def create_tables(client):
    """Make every table that something is kept in."""
    create_alerting_tables(client)
    for id_ in ("raw", "processed", "idempotency", "counts"):
        create_table(client, id_, id_)


class _Keeping:
    """The pipeline's adapters, and a clock moved by hand."""

    def __init__(self, client):
        create_tables(client)
        self.client, self.now, self.topic = client, START, _Topic()
        self.states = DynamoDbRuleStates(client, "states", "alerts")
        self.processed = DynamoDbProcessedReadings(client, "processed", consistent=True)
        self.raw = DynamoDbRawReadings(client, "raw")
        book, changes = (
            DynamoDbRuleBook(client, "rules", "states"),
            DynamoDbRuleChangeOutbox(client, "states"),
        )
        vars(book).update(pending=changes.pending, done=changes.done)
        self.alerts = DynamoDbAlerts(client, "alerts")
        topic = SnsNotifications(self.topic, "topic")
        ports = Ports(book, self.alerts, self.states, topic, self.processed)
        self.functions = Functions(ports, lambda: self.now)

    def message(self, *readings):
        """The readings, stored, as the queue hands them on."""
        segments = cut_into_segments(readings, 500)
        self.raw.append(segments, Receipt(self.now, "ingest", "request-1"))
        derived = [
            replace(one, readings=tuple(map(with_derived_metrics, one.readings)))
            for one in segments
        ]
        self.processed.append([Arrival(one, self.now) for one in derived], self.now)
        return ReadingMessage("request-1", self.now, tuple(segments))

    def speak(self, device_id, seconds, *, late_by=0, **metrics):
        """A reading that comes `seconds` after the start."""
        self.now = START + seconds * SECOND_MS
        taken_at = self.now - late_by * SECOND_MS
        self.functions.evaluate(self.message(reading(device_id, taken_at, **metrics)))

    def sweep(self, seconds):
        """The sweep runs."""
        self.now = START + seconds * SECOND_MS
        self.functions.sweep(never)

    def begin_and_break_off(self, rule, seconds):
        """An evaluation that dies after it has said what it is about to look at."""
        key = (rule.definition.device_id, rule.rule_id)
        held = self.states.load([key])[key]
        movement = Movement(rule, key[0], held.state)
        movement.mark(Position(START + seconds * SECOND_MS, "0" * 20))
        self.states.commit(movement, held, self.now)


def everything(client):
    """What is kept in every table, sent to every queue and published."""
    keeping = _Keeping(client)
    made = {name: keeping.functions.keeping.create(one) for name, one in RULES.items()}
    for device_id in ("hot", "full", "lost", "mute", "deleted"):
        keeping.speak(device_id, 1, temperature=20, humidity=1)
    for seconds, temperature in ((2, 41), (3, 39), (4, 42)):
        keeping.speak("hot", seconds, temperature=temperature)
    for seconds in (10, 71):
        keeping.speak("full", seconds, temperature=Decimal("50.5"))
    keeping.speak("full", 75, temperature=20, late_by=40)
    keeping.speak("exact", 76, x=Decimal("-1.5E-30"))
    keeping.speak("broken", 77, broken=True)
    keeping.topic.out_of_order = True
    keeping.speak("open", 78, door="open")
    keeping.sweep(80)
    keeping.topic.out_of_order = False
    keeping.now += 1
    hotter = replace(RULES["replaced"], condition=Threshold("temperature", ">", Decimal(2)))
    made["replaced"] = keeping.functions.keeping.replace(made["replaced"].rule_id, hotter)
    keeping.functions.keeping.delete(made["deleted"].rule_id)
    keeping.begin_and_break_off(made["replaced"], 79)
    left = keeping.message(*(reading("hot", keeping.now + n, temperature=39) for n in range(3)))
    chunk = Chunk("submission", 0, (Count("2025-11-21", "laptop 13", "on", 3),))
    DynamoDbCounters(client, "counts", "idempotency").add(chunk, keeping.now)
    attempts = DynamoDbAttempts(client, "idempotency")
    attempts.first("key-1", Attempt("d", "request-1", START, keyed=True), START + 30 * DAY_MS)
    attempts.answered("key-1", Answer(200, '{"message":"x"}'))
    DynamoDbFailures(client, "idempotency").add(START, ["message-1", "message-2"])
    query = AlertQuery(0, START + DAY_MS)
    return {
        "now": keeping.now,
        "tables": {table: _items(client, table) for table in TABLES},
        "messages": {
            "reading": left.encode(),
            "replayed": replace(left, replay=True).encode(),
            "count": CountMessage("request-1", keeping.now, "raw/key.json", chunk).encode(),
        },
        "published": keeping.topic.published,
        "rules": {
            name: {"rule_id": rule.rule_id, "revision": rule.revision}
            for name, rule in made.items()
        },
        "alerts": [one.alert_id for _, one in keeping.alerts.listed(query) if one],
    }


def attribute(value):
    """An attribute of a golden file as boto3 takes it."""
    ((kind, content),) = value.items()
    if kind == "BS":
        return {kind: [base64.b64decode(one) for one in content]}
    return {kind: base64.b64decode(content["base64"]) if kind == "B" else content}


def _items(client, table):
    items = client.scan(TableName=table)["Items"]
    written = [{name: _written(value) for name, value in item.items()} for item in items]
    return sorted(written, key=lambda item: json.dumps(item, sort_keys=True))


def _written(value):
    ((kind, content),) = value.items()
    if kind == "BS":
        return {kind: sorted(base64.b64encode(bytes(one)).decode() for one in content)}
    return {kind: {"base64": base64.b64encode(bytes(content)).decode()} if kind == "B" else content}


if __name__ == "__main__":
    import boto3

    os.environ |= {"AWS_ACCESS_KEY_ID": "none", "AWS_SECRET_ACCESS_KEY": "none"}
    with mock_aws():
        found = everything(boto3.client("dynamodb", region_name="eu-central-1"))
    text = json.dumps(found, indent=1, ensure_ascii=False, sort_keys=True) + "\n"
    Path(sys.argv[1]).write_text(text)
