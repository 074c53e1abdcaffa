"""What evaluating a reading costs, with and without rules for other devices.

Run it from the project's root:

    PYTHONPATH=.:lambda:test .venv/bin/python test/bench/evaluation.py

Requests are counted with the real adapters on an AWS in memory. Time is taken with the memory
adapters: both ways run in turn, several times, on the same readings; quote the ratio, not times.
"""

import os
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from decimal import Decimal
from statistics import median

from moto import mock_aws
from samples.tables import create_alerting_tables

from alerting.adapters.alerts import DynamoDbAlerts
from alerting.adapters.items import rule_item
from alerting.adapters.memory import (
    MemoryAlerts,
    MemoryNotifications,
    MemoryRuleBook,
    MemoryRuleStates,
)
from alerting.adapters.rule_book import DynamoDbRuleBook
from alerting.adapters.rule_states import DynamoDbRuleStates
from alerting.announcing import Announcer
from alerting.evaluate import Evaluate
from alerting.model import Rule, RuleDefinition, Threshold
from alerting.moving import Mover
from alerting.ports import Alerts, RuleBook, RuleStates
from alerting.rule_cache import RuleCache
from kernel.aws import client
from telemetry.messages import ReadingMessage
from telemetry.model import Reading, cut_into_segments

ROUNDS = 5
DEVICES = 10
READINGS_A_DEVICE = 1_000
A_MESSAGE = 100
OTHER_RULES = 990
START = 1_763_683_200_000


def messages() -> Iterator[ReadingMessage]:
    """Readings of ten devices, a minute apart; every hundredth crosses the rule's threshold."""
    for first in range(0, READINGS_A_DEVICE, A_MESSAGE):
        for device in range(DEVICES):
            readings = [
                Reading.of(
                    f"device-{device}",
                    START + n * 60_000,
                    {"temperature": Decimal(61 if n % 100 == 50 else 20), "humidity": Decimal(n)},
                )
                for n in range(first, first + A_MESSAGE)
            ]
            yield ReadingMessage("bench", START, tuple(cut_into_segments(readings, 500)))


def rules(others: int) -> Iterator[Rule]:
    """A rule for each of the ten devices, and rules for other ones."""
    for n in range(DEVICES + others):
        condition = Threshold("temperature", ">", Decimal(60))
        yield Rule.new(RuleDefinition(f"device-{n}", condition), START)


def evaluation(book: RuleBook, states: RuleStates, alerts: Alerts) -> Evaluate:
    """The use case on any adapters, at a moment when the rules have settled."""
    cache = RuleCache(book, lambda: START + 60_000)
    announcer = Announcer(alerts, MemoryNotifications(), lambda: START)
    return Evaluate(cache, states, Mover(states, cache, announcer, lambda: START), lambda: START)


def requests(others: int, sent: Sequence[ReadingMessage]) -> Counter[str]:
    """DynamoDB's requests by operation."""
    counted: Counter[str] = Counter()
    with mock_aws():
        client.cache_clear()
        dynamodb = client("dynamodb")
        create_alerting_tables(dynamodb)
        for rule in rules(others):
            dynamodb.put_item(TableName="rules", Item=rule_item(rule))
        dynamodb.meta.events.register(
            "before-call.dynamodb", lambda model, **_more: counted.update([model.name])
        )
        evaluate = evaluation(
            DynamoDbRuleBook(dynamodb, "rules", "states"),
            DynamoDbRuleStates(dynamodb, "states", "rules", "alerts"),
            DynamoDbAlerts(dynamodb, "alerts"),
        )
        for message in sent:
            evaluate(message, lambda: False)
    return counted


def seconds(others: int, sent: Sequence[ReadingMessage]) -> float:
    """How long evaluation takes, DynamoDB apart."""
    book, alerts = MemoryRuleBook(), MemoryAlerts()
    for rule in rules(others):
        book.create(rule)
    evaluate = evaluation(book, MemoryRuleStates(book, alerts), alerts)
    started = time.perf_counter()
    for message in sent:
        evaluate(message, lambda: False)
    return time.perf_counter() - started


def main() -> None:
    """Print both ways side by side."""
    os.environ.setdefault("AWS_DEFAULT_REGION", "eu-central-1")
    sent = list(messages())
    readings = DEVICES * READINGS_A_DEVICE
    ways = {f"{DEVICES} rules": 0, f"{DEVICES + OTHER_RULES:,} rules": OTHER_RULES}
    times: dict[str, list[float]] = {name: [] for name in ways}
    for _ in range(ROUNDS):
        for name, others in ways.items():
            times[name].append(seconds(others, sent))
    print(f"{readings:,} readings of {DEVICES} devices, {A_MESSAGE} a message, a rule for each")  # noqa: T201
    for name, others in ways.items():
        counted = sorted(requests(others, sent).items())
        listed = ", ".join(f"{n:,} {operation}" for operation, n in counted)
        print(f"{name:>12}: {1e6 * median(times[name]) / readings:.1f} µs a reading; {listed}")  # noqa: T201
    few, many = (median(spent) for spent in times.values())
    print(f"with {OTHER_RULES:,} rules of other devices / without: time {many / few:.3f}")  # noqa: T201


if __name__ == "__main__":
    main()
