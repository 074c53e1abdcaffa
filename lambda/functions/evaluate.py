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

# Of the 75 s that the function has, a message that is begun then has 30.
_TAKES_UP_FOR_MS = 45 * SECOND_MS


@cache
def _evaluate() -> Evaluate:
    return Evaluate(rules(), states(), mover(), now_ms)


@cache
def _dead_letters() -> SqsDeadLetters:
    return SqsDeadLetters(client("sqs"), setting("DEAD_LETTER_QUEUE_URL"))


def handler(event: Mapping[str, Any], _context: object) -> dict[str, Any]:
    """Evaluate one batch of messages, each on its own."""
    deadline = now_ms() + _TAKES_UP_FOR_MS
    outcome = consume(
        event,
        handle=lambda body: _evaluate()(ReadingMessage.decode(body)),
        dead_letters=_dead_letters(),
        function="evaluate",
        out_of_time=lambda: now_ms() >= deadline,
    )
    return outcome.to_lambda()
