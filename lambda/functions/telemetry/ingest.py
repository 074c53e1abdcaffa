"""`POST /ingest` and `POST /events`: readings and device states in."""

from collections.abc import Callable
from functools import partial

from edge.container import Container, Function, on_first_use
from edge.http import Answer, Request
from edge.idempotency import Attempt, once
from states.adapters.s3 import S3RawBodies
from states.adapters.sqs import SqsCountQueue
from states.http import brings_device_states, parse_submission, states_accepted
from states.ingest import IngestStates
from states.model import StateSubmission
from telemetry.adapters.dynamodb import DynamoDbRawReadings
from telemetry.adapters.sqs import SqsReadingQueue
from telemetry.config import configured
from telemetry.events_http import events_accepted, parse_events
from telemetry.http import Arrived, parse_ingest, readings_accepted
from telemetry.ingest import Ingest


def build(container: Container) -> Function:
    """Readings go to the raw table, device states to the bucket, and both to their queues."""
    setting, sqs = container.setting, container.aws("sqs")
    attempts, config = container.attempts(), container.live("CONFIG_PARAMETER")
    ingest = Ingest(
        DynamoDbRawReadings(container.aws("dynamodb"), setting("RAW_TABLE")),
        SqsReadingQueue(sqs, setting("INGESTION_QUEUE_URL")),
        int(setting("READING_RETENTION_DAYS")),
    )
    ingest_states = IngestStates(
        S3RawBodies(container.aws("s3"), setting("RAW_BUCKET")),
        SqsCountQueue(sqs, setting("STATES_QUEUE_URL")),
    )

    def take_in_readings(
        parse: Callable[[bytes, Attempt], Arrived],
        accepted: Callable[[Arrived], Answer],
        request: Request,
    ) -> Answer:
        batch_size = configured(config).batch_size

        def act(arrived: Arrived) -> Answer:
            ingest(arrived.submission, batch_size)
            return accepted(arrived)

        parsed = partial(parse, request.body)
        return once(request, attempts, container.clock, parsed, act)

    def take_in_states(request: Request) -> Answer:
        def act(submission: StateSubmission) -> Answer:
            ingest_states(submission)
            return states_accepted(submission)

        parsed = partial(parse_submission, request.body)
        return once(request, attempts, container.clock, parsed, act)

    def post_ingest(request: Request) -> Answer:
        if brings_device_states(request.body):
            return take_in_states(request)
        return take_in_readings(parse_ingest, readings_accepted, request)

    return container.answering(
        {
            "POST /ingest": post_ingest,
            "POST /events": partial(take_in_readings, parse_events, events_accepted),
        }
    )


handler = on_first_use(build)
