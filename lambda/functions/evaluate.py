"""The evaluation queue's consumer: stored readings meet the rules."""

from collections.abc import Mapping
from functools import cache
from typing import Any

from alerting.evaluate import Evaluate
from alerting.wiring import mover, rules, states
from kernel.adapters.sqs import SqsDeadLetters
from kernel.aws import client
from kernel.clock import SECOND_MS, now_ms
from kernel.queue_batch import consume
from kernel.wiring import setting
from telemetry.messages import ReadingMessage

# Of the 75 s that the function has: messages are taken up, and the last one is worked on.
_TAKES_UP_FOR_MS = 45 * SECOND_MS
_WORKS_FOR_MS = 65 * SECOND_MS


@cache
def _evaluate() -> Evaluate:
    return Evaluate(rules(), states(), mover(), now_ms)


@cache
def _dead_letters() -> SqsDeadLetters:
    return SqsDeadLetters(client("sqs"), setting("DEAD_LETTER_QUEUE_URL"))


def handler(event: Mapping[str, Any], _context: object) -> dict[str, Any]:
    """Evaluate one batch of messages, each on its own."""
    began = now_ms()
    outcome = consume(
        event,
        handle=lambda body: _evaluate()(
            ReadingMessage.decode(body), lambda: now_ms() >= began + _WORKS_FOR_MS
        ),
        dead_letters=_dead_letters(),
        function="evaluate",
        out_of_time=lambda: now_ms() >= began + _TAKES_UP_FOR_MS,
    )
    return outcome.to_lambda()
