"""`POST /process`: what lies raw is processed again."""

from collections.abc import Mapping
from functools import cache
from typing import Any

from kernel.aws import client
from kernel.clock import now_ms
from kernel.http import Answer, Request, serve
from kernel.idempotency import Attempt, once
from kernel.invocation import LambdaContext, out_of_time
from kernel.wiring import api_key, attempts, setting
from telemetry.adapters.dynamodb import DynamoDbRawReadings
from telemetry.adapters.sqs import SqsReadingQueue
from telemetry.http import parse_replay, replayed
from telemetry.replay import Replay, ReplayRequest


@cache
def _replay() -> Replay:
    # What was sent a moment ago is to be processed again as well.
    raw = DynamoDbRawReadings(client("dynamodb"), setting("RAW_TABLE"), consistent=True)
    queue = SqsReadingQueue(client("sqs"), setting("INGESTION_QUEUE_URL"))
    return Replay(raw, queue)


def _post_process(request: Request) -> Answer:
    api_key().require(request.headers.get("x-api-key"))

    def parse(attempt: Attempt) -> tuple[ReplayRequest, str]:
        return parse_replay(request.body), attempt.request_id

    def act(parsed: tuple[ReplayRequest, str]) -> Answer:
        asked, request_id = parsed
        return replayed(asked, _replay()(asked, request_id, out_of_time))

    return once(request, attempts, now_ms, parse, act)


def handler(event: Mapping[str, Any], context: LambdaContext) -> dict[str, Any]:
    """Answer one call of the API."""
    return serve(event, context, {"POST /process": _post_process})
