"""`POST /ingest` and `POST /events`: readings and device states in."""

from collections.abc import Callable, Mapping
from functools import cache, partial
from typing import Any

from kernel.aws import client
from kernel.clock import now_ms
from kernel.http import Answer, Request, serve
from kernel.idempotency import Attempt, once
from kernel.invocation import LambdaContext
from kernel.wiring import api_key, attempts, config, setting
from states.adapters.s3 import S3RawBodies
from states.adapters.sqs import SqsCountQueue
from states.http import brings_device_states, parse_submission
from states.ingest import IngestStates
from states.model import Submission as StateSubmission
from telemetry.adapters.dynamodb import DynamoDbRawReadings
from telemetry.adapters.sqs import SqsReadingQueue
from telemetry.events_http import parse_events
from telemetry.http import parse_ingest
from telemetry.ingest import Ingest, Submission


@cache
def _ingest() -> Ingest:
    raw = DynamoDbRawReadings(client("dynamodb"), setting("RAW_TABLE"))
    queue = SqsReadingQueue(client("sqs"), setting("INGESTION_QUEUE_URL"))
    return Ingest(raw, queue, int(setting("READING_RETENTION_DAYS")))


@cache
def _ingest_states() -> IngestStates:
    bodies = S3RawBodies(client("s3"), setting("RAW_BUCKET"))
    return IngestStates(bodies, SqsCountQueue(client("sqs"), setting("STATES_QUEUE_URL")))


Parse = Callable[[bytes, Attempt], tuple[Submission, Answer]]


def _post_ingest(request: Request) -> Answer:
    api_key().require(request.headers.get("x-api-key"))
    if brings_device_states(request.body):
        return _take_in_states(request)
    return _take_in_readings(parse_ingest, request)


def _post_events(request: Request) -> Answer:
    api_key().require(request.headers.get("x-api-key"))
    return _take_in_readings(parse_events, request)


def _take_in_readings(parse: Parse, request: Request) -> Answer:
    batch_size = config().batch_size

    def act(parsed: tuple[Submission, Answer]) -> Answer:
        submission, answer = parsed
        _ingest()(submission, batch_size)
        return answer

    return once(request, attempts, now_ms, partial(parse, request.body), act)


def _take_in_states(request: Request) -> Answer:
    def act(parsed: tuple[StateSubmission, Answer]) -> Answer:
        submission, answer = parsed
        _ingest_states()(submission)
        return answer

    return once(request, attempts, now_ms, partial(parse_submission, request.body), act)


_ROUTES = {"POST /ingest": _post_ingest, "POST /events": _post_events}


def handler(event: Mapping[str, Any], context: LambdaContext) -> dict[str, Any]:
    """Answer one call of the API."""
    return serve(event, context, _ROUTES)
