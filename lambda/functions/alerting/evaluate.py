"""The evaluation queue's consumer: stored readings meet the rules."""

from collections.abc import Collection, Mapping
from typing import Any

from alerting.bootstrap import Parts
from alerting.evaluation.evaluate import Evaluate
from edge.container import Container, Function, on_first_use
from edge.entrance import entered
from edge.queue import Undone, consume_together
from kernel.invocation import LambdaContext, out_of_time
from readings.messages import ReadingMessage


def build(container: Container) -> Function:
    """The messages of one batch are evaluated together: each device once."""
    parts = Parts(container)
    evaluate = Evaluate(parts.rules, parts.states, parts.mover)
    intake = container.intake("EVALUATION_QUEUE_URL", "evaluate")

    def evaluate_all(messages: Mapping[str, ReadingMessage]) -> Undone:
        evaluated = evaluate(messages.values(), out_of_time)
        return Undone(
            failed=_bringing(evaluated.failed, messages), left=_bringing(evaluated.left, messages)
        )

    def evaluate_batch(event: Mapping[str, Any], context: LambdaContext) -> dict[str, Any]:
        with entered(context):
            outcome = consume_together(event, ReadingMessage.decode, evaluate_all, intake)
        return outcome.to_lambda()

    return evaluate_batch


def _bringing(device_ids: Collection[str], messages: Mapping[str, ReadingMessage]) -> set[str]:
    return {
        message_id
        for message_id, message in messages.items()
        if any(segment.device_id in device_ids for segment in message.segments)
    }


handler = on_first_use(build)
