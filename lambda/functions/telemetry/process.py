"""The ingestion queue's consumer: readings transformed, kept and handed on."""

from collections.abc import Mapping
from functools import partial
from typing import Any

from edge.container import Container, Function, on_first_use
from edge.entrance import entered
from edge.queue import consume_together, in_groups
from kernel import logs
from kernel.clock import SECOND_MS
from kernel.invocation import LambdaContext, out_of_time
from readings.messages import ReadingMessage
from telemetry.adapters.dynamodb import DynamoDbProcessedReadings
from telemetry.adapters.failures import DynamoDbFailures
from telemetry.adapters.sns import SnsErrorReports
from telemetry.adapters.sqs import SqsReadingQueue
from telemetry.config import configured
from telemetry.process import ErrorWatch, Process

# Within a second or two, so that time is looked at often enough.
_SEGMENTS_AT_ONCE = 1_000


def build(container: Container) -> Function:
    """The messages of a batch are processed together; people hear if too many fail."""
    setting, clock = container.setting, container.clock
    dynamodb = container.aws("dynamodb")
    read_config = container.live("CONFIG_PARAMETER")
    intake = container.intake("INGESTION_QUEUE_URL", "process")
    process = Process(
        DynamoDbProcessedReadings(dynamodb, setting("PROCESSED_TABLE")),
        SqsReadingQueue(container.aws("sqs"), setting("EVALUATION_QUEUE_URL")),
        clock,
    )
    error_watch = ErrorWatch(
        DynamoDbFailures(dynamodb, setting("IDEMPOTENCY_TABLE")),
        SnsErrorReports(container.aws("sns"), setting("ALERT_TOPIC_ARN")),
        clock,
    )

    def process_batch(event: Mapping[str, Any], context: LambdaContext) -> dict[str, Any]:
        with entered(context):
            config = configured(read_config)
            timeout = clock() + config.processing_timeout * SECOND_MS
            handle = partial(
                in_groups,
                most=_SEGMENTS_AT_ONCE,
                weigh=lambda message: len(message.segments),
                handle=process,
                out_of_time=lambda: clock() >= timeout or out_of_time(),
            )
            outcome = consume_together(event, ReadingMessage.decode, handle, intake)
            try:
                error_watch.record(outcome.failed, config.error_threshold)
            except Exception:
                # The messages are dealt with; failing here would only process them all again.
                logs.error("failures_not_reported")
        return outcome.to_lambda()

    return process_batch


handler = on_first_use(build)
