"""`POST /ingest` and `POST /events`: readings in."""

from collections.abc import Callable, Mapping
from functools import cache, partial
from typing import Any

from kernel.aws import client
from kernel.clock import now_ms
from kernel.http import Answer, Request, serve
from kernel.idempotency import Attempt, once
from kernel.wiring import api_key, attempts, config, setting
from telemetry.adapters.dynamodb import DynamoDbRawReadings
from telemetry.adapters.sqs import SqsReadingQueue
from telemetry.events_http import parse_events
from telemetry.http import parse_ingest
from telemetry.ingest import Ingest, Submission


@cache
def _ingest() -> Ingest:
    raw = DynamoDbRawReadings(client("dynamodb"), setting("RAW_TABLE"))
    return Ingest(raw, SqsReadingQueue(client("sqs"), setting("INGESTION_QUEUE_URL")))


Parse = Callable[[bytes, Attempt], tuple[Submission, Answer]]


def _take_in(parse: Parse, request: Request) -> Answer:
    api_key().require(request.headers.get("x-api-key"))
    batch_size = config().batch_size

    def act(parsed: tuple[Submission, Answer]) -> Answer:
        submission, answer = parsed
        _ingest()(submission, batch_size)
        return answer

    return once(request, attempts, now_ms, partial(parse, request.body), act)


_ROUTES = {
    "POST /ingest": partial(_take_in, parse_ingest),
    "POST /events": partial(_take_in, parse_events),
}


def handler(event: Mapping[str, Any], _context: object) -> dict[str, Any]:
    """Answer one call of the API."""
    return serve(event, _ROUTES)
