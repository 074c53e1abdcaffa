"""`POST /process`: what lies raw is processed again."""

from collections.abc import Mapping
from functools import cache
from typing import Any

from kernel.aws import client
from kernel.clock import SECOND_MS, now_ms
from kernel.http import Answer, Request, serve
from kernel.idempotency import Attempt, once
from kernel.wiring import api_key, attempts, setting
from telemetry.adapters.dynamodb import DynamoDbRawReadings
from telemetry.adapters.sqs import SqsReadingQueue
from telemetry.http import parse_replay, replayed
from telemetry.replay import Replay, ReplayRequest

# API Gateway waits 29 s for an answer; what is left to do goes into the caller's next call.
_ENOUGH_MS = 15 * SECOND_MS


@cache
def _replay() -> Replay:
    # What was sent a moment ago is to be processed again as well.
    raw = DynamoDbRawReadings(client("dynamodb"), setting("RAW_TABLE"), consistent=True)
    queue = SqsReadingQueue(client("sqs"), setting("INGESTION_QUEUE_URL"))
    return Replay(raw, queue)


def _post_process(request: Request) -> Answer:
    api_key().require(request.headers.get("x-api-key"))
    deadline = now_ms() + _ENOUGH_MS

    def parse(attempt: Attempt) -> tuple[ReplayRequest, str]:
        return parse_replay(request.body), attempt.request_id

    def act(parsed: tuple[ReplayRequest, str]) -> Answer:
        asked, request_id = parsed
        return replayed(asked, _replay()(asked, request_id, lambda: now_ms() >= deadline))

    return once(request, attempts, now_ms, parse, act)


def handler(event: Mapping[str, Any], _context: object) -> dict[str, Any]:
    """Answer one call of the API."""
    return serve(event, {"POST /process": _post_process})
