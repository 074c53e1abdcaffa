"""Queue batches: every message stands alone, and poison leaves at once with its reason."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Protocol

from kernel import logs, tracing
from kernel.errors import Invalid, Refused


@dataclass(frozen=True, slots=True)
class DeadLetter:
    """A message that can never succeed, and why."""

    body: str
    error: str
    reason: str
    message_id: str
    function: str


class DeadLetters(Protocol):
    """Where messages go that nobody can process."""

    def put(self, letter: DeadLetter) -> None:
        """Keep the letter for people; raises TryAgainLater if that failed."""


@dataclass(frozen=True, slots=True)
class BatchOutcome:
    """Which messages of a batch are not done.

    `retried` failed and come again, `discarded` became dead letters, for `postponed` no time was
    left.
    """

    retried: tuple[str, ...]
    discarded: tuple[str, ...]
    postponed: tuple[str, ...]

    @property
    def failed(self) -> tuple[str, ...]:
        """The messages that failed either way."""
        return self.retried + self.discarded

    def to_lambda(self) -> dict[str, Any]:
        """The partial batch response: https://docs.aws.amazon.com/lambda/latest/dg/services-sqs-errorhandling.html."""
        again = self.retried + self.postponed
        return {"batchItemFailures": [{"itemIdentifier": name} for name in again]}


def consume(
    event: Mapping[str, Any],
    handle: Callable[[str], object],
    dead_letters: DeadLetters,
    function: str,
    out_of_time: Callable[[], bool],
) -> BatchOutcome:
    """Hand each message's body to `handle`; whatever one does, the others are served.

    `handle` raises Refused for poison, and anything else for what may succeed later. Messages for
    which no time is left come again untouched.
    """
    retried: list[str] = []
    discarded: list[str] = []
    postponed: list[str] = []
    tracing.follow_sampled_requests()
    for record in event["Records"]:
        message_id = record["messageId"]
        if out_of_time():
            logs.warning("message_postponed", message_id=message_id)
            postponed.append(message_id)
            continue
        try:
            handle(record["body"])
        except Refused as error:
            letter = DeadLetter(
                record["body"], type(error).__name__, _reason(error), message_id, function
            )
            (discarded if _buried(letter, dead_letters) else retried).append(message_id)
        except Exception:
            logs.error("message_failed", message_id=message_id)
            retried.append(message_id)
    logs.info("batch", messages=len(event["Records"]), retried=retried, discarded=discarded)
    return BatchOutcome(tuple(retried), tuple(discarded), tuple(postponed))


def _buried(letter: DeadLetter, dead_letters: DeadLetters) -> bool:
    try:
        dead_letters.put(letter)
    except Exception:
        logs.error("dead_letter_not_kept", message_id=letter.message_id)
        return False
    logs.error("message_discarded", message_id=letter.message_id, reason=letter.reason)
    return True


def _reason(error: Refused) -> str:
    if isinstance(error, Invalid) and error.faults:
        return "; ".join(f"{fault.path}: {fault.message}" for fault in error.faults)
    return str(error)
