"""The states queue's consumer: device states counted."""

from collections.abc import Mapping
from functools import cache
from typing import Any

from kernel.adapters.sqs import SqsDeadLetters, SqsRedelivery
from kernel.aws import client
from kernel.clock import SECOND_MS, now_ms
from kernel.queue_batch import consume
from kernel.wiring import setting
from states.adapters.dynamodb import DynamoDbCounters
from states.messages import CountMessage

# Of the 60 s that the function has, a message that is begun then has 15.
_TAKES_UP_FOR_MS = 45 * SECOND_MS


@cache
def _counters() -> DynamoDbCounters:
    tables = setting("COUNTS_TABLE"), setting("IDEMPOTENCY_TABLE")
    return DynamoDbCounters(client("dynamodb"), *tables)


@cache
def _dead_letters() -> SqsDeadLetters:
    return SqsDeadLetters(client("sqs"), setting("DEAD_LETTER_QUEUE_URL"))


@cache
def _redelivery() -> SqsRedelivery:
    return SqsRedelivery(client("sqs"), setting("STATES_QUEUE_URL"))


def _count(body: str) -> None:
    message = CountMessage.decode(body)
    _counters().add(message.chunk, message.received_at)


def handler(event: Mapping[str, Any], _context: object) -> dict[str, Any]:
    """Count one batch of chunks, each on its own."""
    deadline = now_ms() + _TAKES_UP_FOR_MS
    outcome = consume(
        event,
        handle=_count,
        dead_letters=_dead_letters(),
        redelivery=_redelivery(),
        function="count",
        out_of_time=lambda: now_ms() >= deadline,
    )
    return outcome.to_lambda()
