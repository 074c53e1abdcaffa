"""What evaluating a reading costs: requests, billed units, and time as the rules grow.

Requests are counted at the transport, with the real adapters on an AWS in memory, and billed as AWS
bills them on demand. The sweep is not in it, nor the queue. Time is taken with the memory adapters.
"""

import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal

import boto3
from bench.metering import Meter
from moto import mock_aws
from samples.stack import create_alerting_tables, create_table

from alerting.alerts.adapters.dynamodb import DynamoDbAlerts
from alerting.alerts.adapters.memory import MemoryAlerts, MemoryNotifications
from alerting.alerts.ports import Alerts
from alerting.alerts.publishing import AlertPublisher
from alerting.evaluation.adapters.memory import MemoryRuleStates
from alerting.evaluation.adapters.rule_states import DynamoDbRuleStates
from alerting.evaluation.evaluate import Evaluate
from alerting.evaluation.moving import Mover
from alerting.evaluation.ports import RuleStates
from alerting.rules.adapters.items import rule_item
from alerting.rules.adapters.memory import MemoryRuleBook
from alerting.rules.adapters.rule_book import DynamoDbRuleBook
from alerting.rules.cache import RuleCache
from alerting.rules.definition import RuleDefinition, Silence, Threshold
from alerting.rules.model import Rule
from alerting.rules.ports import RuleBook
from kernel.backoff import pause
from kernel.clock import MINUTE_MS, SECOND_MS, Clock
from readings.messages import ReadingMessage
from readings.model import Reading
from telemetry.adapters.dynamodb import DynamoDbProcessedReadings
from telemetry.adapters.memory import MemoryProcessedReadings, MemoryReadingQueue
from telemetry.process import Process
from telemetry.segmenting import cut_into_segments

START = 1_763_683_200_000
EVERY_MS = 10 * SECOND_MS
LATENESS_MS = 900 * SECOND_MS
ALERTS = "alerts"

Stored = DynamoDbProcessedReadings | MemoryProcessedReadings


@dataclass
class Now:
    """A clock that is moved by hand."""

    moment: int = START

    def __call__(self) -> int:
        """The moment it was moved to."""
        return self.moment


@dataclass(frozen=True)
class Case:
    """Readings of devices, ten seconds apart, and how many come in a message.

    crossing: whether every hundredth reading meets the condition of each threshold rule.
    """

    name: str
    rules: Sequence[RuleDefinition]
    readings_a_device: int = 200
    a_message: int = 1
    crossing: bool = False
    devices: int = 1

    @property
    def readings(self) -> int:
        """How many there are in all."""
        return self.devices * self.readings_a_device

    @property
    def is_steady(self) -> bool:
        """Whether its readings are compared with limits, and never pass them."""
        return not self.crossing and all(isinstance(one.condition, Threshold) for one in self.rules)

    def kept_rules(self) -> list[Rule]:
        """The rules, made a minute before the first reading."""
        return [Rule.new(definition, START - MINUTE_MS) for definition in self.rules]

    def messages(self) -> Iterator[ReadingMessage]:
        """The messages, each received when its last reading is taken."""
        for first in range(0, self.readings_a_device, self.a_message):
            numbers = range(first, min(first + self.a_message, self.readings_a_device))
            for device in range(self.devices):
                readings = [self._reading(f"device-{device}", n) for n in numbers]
                segments = tuple(cut_into_segments(readings, 500))
                yield ReadingMessage("bench", START + numbers[-1] * EVERY_MS, segments)

    def _reading(self, device_id: str, n: int) -> Reading:
        temperature = Decimal(75 if self.crossing and n % 100 == 50 else 20)
        metrics = {"temperature": temperature, "humidity": Decimal(n)}
        return Reading.of(device_id, START + n * EVERY_MS, metrics)


def thresholds(count: int) -> list[RuleDefinition]:
    """Rules for one device that the same reading meets."""
    limits = (Decimal(60) + Decimal(n) / 10 for n in range(count))
    return [RuleDefinition("device-0", Threshold("temperature", ">", limit)) for limit in limits]


def for_each(devices: int) -> list[RuleDefinition]:
    """A rule for each of so many devices."""
    condition = Threshold("temperature", ">", Decimal(60))
    return [RuleDefinition(f"device-{n}", condition) for n in range(devices)]


CASES = (
    Case("a message a reading, no rule", []),
    Case("a message a reading, 1 threshold", thresholds(1)),
    Case("a message a reading, 1 threshold, 1 % cross", thresholds(1), crossing=True),
    Case("a message a reading, 10 thresholds", thresholds(10)),
    Case("a message a reading, 10 thresholds, 1 % cross", thresholds(10), crossing=True),
    Case("a message a reading, silence of 15 min", [RuleDefinition("device-0", Silence(900))]),
    Case("100 a message, no rule", [], 1_000, 100),
    Case("100 a message, 1 threshold", thresholds(1), 1_000, 100),
    Case("100 a message, 1 threshold, 1 % cross", thresholds(1), 1_000, 100, crossing=True),
    Case("100 a message, 10 thresholds", thresholds(10), 1_000, 100),
    Case("100 a message, 10 thresholds, 1 % cross", thresholds(10), 1_000, 100, crossing=True),
)


def evaluation(
    book: RuleBook, states: RuleStates, alerts: Alerts, stored: Stored, clock: Clock
) -> Callable[[ReadingMessage], None]:
    """The use case on any adapters; each message is an invocation of its own."""
    rules = RuleCache(book, clock)
    publisher = AlertPublisher(alerts, MemoryNotifications(), clock)
    mover = Mover(states, stored, alerts, rules, publisher, clock, LATENESS_MS, pause)
    evaluate = Evaluate(rules, states, mover)

    def evaluate_message(message: ReadingMessage) -> None:
        done = evaluate([message], lambda: False)
        if done.failed or done.left:
            raise RuntimeError("A device was not evaluated.")

    return evaluate_message


def run(case: Case, now: Now, stored: Stored, evaluate: Callable[[ReadingMessage], None]) -> float:
    """Process and evaluate message by message; how many seconds the evaluation took."""
    queue, spent = MemoryReadingQueue(), 0.0
    process = Process(stored, queue, now)
    for message in case.messages():
        now.moment = message.received_at
        process([message])
        started = time.process_time()
        evaluate(message)
        spent += time.process_time() - started
    return spent


def metered(case: Case) -> Meter:
    """What evaluation asks of DynamoDB."""
    with mock_aws():
        aside, client = boto3.client("dynamodb"), boto3.client("dynamodb")
        create_alerting_tables(aside)
        create_table(aside, "processed", "processed")
        now, meter = Now(), Meter(client, aside)
        evaluate = evaluation(
            DynamoDbRuleBook(client, "rules", "states"),
            DynamoDbRuleStates(client, "states", ALERTS),
            DynamoDbAlerts(client, ALERTS),
            DynamoDbProcessedReadings(client, "processed", consistent=True),
            now,
        )
        for rule in case.kept_rules():
            aside.put_item(TableName="rules", Item=rule_item(rule))
        run(case, now, DynamoDbProcessedReadings(aside, "processed"), evaluate)
    return meter


def seconds(case: Case) -> float:
    """How long evaluation takes, DynamoDB apart: each device's rules are looked up once."""
    book, alerts, stored = MemoryRuleBook(), MemoryAlerts(), MemoryProcessedReadings()
    for rule in case.kept_rules():
        book.create(rule)
    at_the_end = Now(START + case.readings_a_device * EVERY_MS)
    evaluate = evaluation(book, MemoryRuleStates(alerts), alerts, stored, at_the_end)
    return run(case, Now(), stored, evaluate)


@dataclass(frozen=True)
class Units:
    """What DynamoDB is asked for a reading: units read, written, of alerts; requests."""

    read: float
    written: float
    of_alerts: float
    requests: float


def units(case: Case) -> Units:
    """What evaluation asks of DynamoDB for each reading."""
    meter = metered(case)
    of_alerts = sum(number for (_, table), number in meter.written.items() if table == ALERTS)
    return Units(
        sum(meter.read.values()) / case.readings,
        (sum(meter.written.values()) - of_alerts) / case.readings,
        of_alerts / case.readings,
        sum(meter.requests.values()) / case.readings,
    )
