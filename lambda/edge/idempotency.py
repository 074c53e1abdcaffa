"""Idempotency keys: a repeated request gets the first one's time, identity and answer."""

import hashlib
import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol, TypeVar

from edge.http import Answer, Request
from kernel import exact_json, logs
from kernel.clock import DAY_MS, Clock
from kernel.errors import Conflict, Fault, Invalid, TryAgainLater

# Longer than any queue message can live (SQS: 14 days).
REMEMBERED_FOR_MS = 30 * DAY_MS
Parsed = TypeVar("Parsed")

IDEMPOTENCY_KEY = re.compile(r"[\x20-\x7e]{1,128}")


@dataclass(frozen=True, slots=True)
class Attempt:
    """The first arrival of a request: all that a repeat needs to come out the same.

    keyed: whether a repeat will be known by its Idempotency-Key.
    """

    request_digest: str
    request_id: str
    arrived_at: int
    keyed: bool
    answer: Answer | None = None


class Attempts(Protocol):
    """First attempts, by key."""

    def first(self, key: str, attempt: Attempt, expires_at_ms: int) -> Attempt:
        """Remember the attempt if the key is new; return the one that is remembered."""

    def answered(self, key: str, answer: Answer) -> None:
        """Remember what the first attempt was answered."""


def once(
    request: Request,
    attempts: Attempts,
    clock: Clock,
    parse: Callable[[Attempt], Parsed],
    act: Callable[[Parsed], Answer],
) -> Answer:
    """Parse and carry out a request, or give again what was answered to its Idempotency-Key.

    A first attempt that broke off is taken up again with its own time and identity: everything
    stored under them is stored under the same keys. A request that cannot be parsed leaves no
    trace. Raises Conflict for a key that came with another request before, and Invalid for an
    unusable key.
    """
    path = exact_json.dumps([request.method, request.route, request.path_parameters])
    digest = hashlib.sha256(path.encode() + b"\n" + request.body)
    given = request.headers.get("idempotency-key")
    attempt = Attempt(digest.hexdigest(), request.request_id, clock(), keyed=given is not None)
    if given is not None and not IDEMPOTENCY_KEY.fullmatch(given):
        raise Invalid([Fault("Idempotency-Key", "must be 1 to 128 printable ASCII characters")])
    parsed = parse(attempt)
    if given is None:
        return act(parsed)
    key = hashlib.sha256(f"{request.principal.id}\n{given}".encode()).hexdigest()
    first = attempts.first(key, attempt, attempt.arrived_at + REMEMBERED_FOR_MS)
    if first.request_digest != attempt.request_digest:
        raise Conflict("This Idempotency-Key came with another request before.")
    if first.answer is not None:
        return first.answer
    answer = act(parsed if first == attempt else parse(first))
    try:
        attempts.answered(key, answer)
    except TryAgainLater:
        # What was asked for is done and durable; a repeat does it again to the same effect.
        logs.warning("answer_not_remembered", request_id=first.request_id)
    return answer
