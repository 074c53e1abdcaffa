"""The states queue's consumer: device states counted."""

from collections.abc import Mapping
from functools import cache
from typing import Any

from kernel.adapters.sqs import SqsDeadLetters, SqsRedelivery
from kernel.aws import client
from kernel.invocation import LambdaContext, out_of_time, running
from kernel.queue_batch import consume
from kernel.wiring import setting
from states.adapters.dynamodb import DynamoDbCounters
from states.messages import CountMessage


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


def handler(event: Mapping[str, Any], context: LambdaContext) -> dict[str, Any]:
    """Count one batch of chunks, each on its own."""
    with running(context):
        outcome = consume(
            event,
            handle=_count,
            dead_letters=_dead_letters(),
            redelivery=_redelivery(),
            function="count",
            out_of_time=out_of_time,
        )
    return outcome.to_lambda()
