"""The evaluation queue's consumer: stored readings meet the rules."""

from collections.abc import Collection, Mapping
from functools import cache
from typing import Any

from alerting.evaluation.evaluate import Evaluate
from alerting.wiring import mover, rules, states
from kernel.adapters.sqs import SqsDeadLetters, SqsRedelivery
from kernel.aws import client
from kernel.invocation import LambdaContext, out_of_time, running
from kernel.queue_batch import Undone, consume_together
from kernel.wiring import setting
from readings.messages import ReadingMessage


@cache
def _evaluate() -> Evaluate:
    return Evaluate(rules(), states(), mover())


@cache
def _dead_letters() -> SqsDeadLetters:
    return SqsDeadLetters(client("sqs"), setting("DEAD_LETTER_QUEUE_URL"))


@cache
def _redelivery() -> SqsRedelivery:
    return SqsRedelivery(client("sqs"), setting("EVALUATION_QUEUE_URL"))


def _evaluate_all(messages: Mapping[str, ReadingMessage]) -> Undone:
    evaluated = _evaluate()(messages.values(), out_of_time)
    return Undone(
        failed=_bringing(evaluated.failed, messages), left=_bringing(evaluated.left, messages)
    )


def handler(event: Mapping[str, Any], context: LambdaContext) -> dict[str, Any]:
    """Evaluate the messages of one batch together: each device once."""
    with running(context):
        outcome = consume_together(
            event,
            read=ReadingMessage.decode,
            handle=_evaluate_all,
            dead_letters=_dead_letters(),
            redelivery=_redelivery(),
            function="evaluate",
        )
    return outcome.to_lambda()


def _bringing(device_ids: Collection[str], messages: Mapping[str, ReadingMessage]) -> set[str]:
    return {
        message_id
        for message_id, message in messages.items()
        if any(segment.device_id in device_ids for segment in message.segments)
    }
