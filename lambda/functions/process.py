"""The ingestion queue's consumer: readings transformed, kept and handed on."""

from collections.abc import Mapping
from functools import cache
from typing import Any

from kernel import logs
from kernel.adapters.sqs import SqsDeadLetters, SqsRedelivery
from kernel.aws import client
from kernel.clock import SECOND_MS, now_ms
from kernel.invocation import LambdaContext, out_of_time, running
from kernel.queue_batch import consume
from kernel.wiring import config, setting
from readings.messages import ReadingMessage
from telemetry.adapters.dynamodb import DynamoDbProcessedReadings
from telemetry.adapters.failures import DynamoDbFailures
from telemetry.adapters.sns import SnsErrorReports
from telemetry.adapters.sqs import SqsReadingQueue
from telemetry.process import ErrorWatch, Process


@cache
def _process() -> Process:
    processed = DynamoDbProcessedReadings(client("dynamodb"), setting("PROCESSED_TABLE"))
    evaluation = SqsReadingQueue(client("sqs"), setting("EVALUATION_QUEUE_URL"))
    return Process(processed, evaluation, now_ms)


@cache
def _dead_letters() -> SqsDeadLetters:
    return SqsDeadLetters(client("sqs"), setting("DEAD_LETTER_QUEUE_URL"))


@cache
def _redelivery() -> SqsRedelivery:
    return SqsRedelivery(client("sqs"), setting("INGESTION_QUEUE_URL"))


@cache
def _error_watch() -> ErrorWatch:
    failures = DynamoDbFailures(client("dynamodb"), setting("IDEMPOTENCY_TABLE"))
    return ErrorWatch(failures, SnsErrorReports(client("sns"), setting("ALERT_TOPIC_ARN")), now_ms)


def handler(event: Mapping[str, Any], context: LambdaContext) -> dict[str, Any]:
    """Process one batch of messages, each on its own."""
    with running(context):
        obeyed = config()
        timeout = now_ms() + obeyed.processing_timeout * SECOND_MS
        outcome = consume(
            event,
            handle=lambda body: _process()(ReadingMessage.decode(body)),
            dead_letters=_dead_letters(),
            redelivery=_redelivery(),
            function="process",
            out_of_time=lambda: now_ms() >= timeout or out_of_time(),
        )
        try:
            _error_watch().record(outcome.failed, obeyed.error_threshold)
        except Exception:
            # The messages are dealt with; failing here would only process them all again.
            logs.error("failures_not_reported")
    return outcome.to_lambda()
