"""The states queue's consumer: device states counted."""

from collections.abc import Mapping
from typing import Any

from edge.container import Container, Function, on_first_use
from edge.entrance import entered
from edge.queue import consume
from kernel.invocation import LambdaContext, out_of_time
from states.adapters.dynamodb import DynamoDbCounters
from states.messages import CountMessage


def build(container: Container) -> Function:
    """Each chunk of a batch is counted on its own."""
    tables = container.setting("COUNTS_TABLE"), container.setting("IDEMPOTENCY_TABLE")
    counters = DynamoDbCounters(container.aws("dynamodb"), *tables)
    intake = container.intake("STATES_QUEUE_URL", "count")

    def count(body: str) -> None:
        message = CountMessage.decode(body)
        counters.add(message.chunk, message.received_at)

    def count_batch(event: Mapping[str, Any], context: LambdaContext) -> dict[str, Any]:
        with entered(context):
            return consume(event, count, intake, out_of_time).to_lambda()

    return count_batch


handler = on_first_use(build)
