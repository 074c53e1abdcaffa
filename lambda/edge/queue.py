"""Queue batches: every message stands alone, poison leaves at once, what may succeed comes soon."""

from collections import deque
from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import dataclass
from functools import partial
from typing import Any, Protocol, TypeVar

from edge.redelivery import Redelivery, wait_seconds
from kernel import logs
from kernel.errors import Invalid, Refused, TryAgainLater
from kernel.invocation import last_words

Message = TypeVar("Message")


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
    def again(self) -> tuple[str, ...]:
        """The messages that come again."""
        return self.retried + self.postponed

    @property
    def failed(self) -> tuple[str, ...]:
        """The messages that failed either way."""
        return self.retried + self.discarded

    def to_lambda(self) -> dict[str, Any]:
        """The partial batch response: https://docs.aws.amazon.com/lambda/latest/dg/services-sqs-errorhandling.html."""
        return {"batchItemFailures": [{"itemIdentifier": name} for name in self.again]}


@dataclass(frozen=True, slots=True)
class Undone:
    """Messages of a batch that were not finished: some failed, for some no time was left."""

    failed: Collection[str] = ()
    left: Collection[str] = ()


@dataclass(frozen=True, slots=True)
class Intake:
    """A queue as its consumer needs it: where poison goes, and who puts messages off.

    function: the consumer, by the name that dead letters tell.
    """

    function: str
    dead_letters: DeadLetters
    redelivery: Redelivery


def consume(
    event: Mapping[str, Any],
    handle: Callable[[str], object],
    intake: Intake,
    out_of_time: Callable[[], bool],
) -> BatchOutcome:
    """Hand each message's body to `handle`; whatever one does, the others are served.

    `handle` raises Refused for poison, and anything else for what may succeed later. Messages for
    which no time is left come again untouched.
    """
    batch = _Batch(event, intake)
    for message_id, body in batch.bodies():
        if out_of_time():
            batch.postpone(message_id)
        else:
            batch.attempt(message_id, body, handle)
    return batch.outcome()


def consume_together(
    event: Mapping[str, Any],
    read: Callable[[str], Message],
    handle: Callable[[Mapping[str, Message]], Undone],
    intake: Intake,
) -> BatchOutcome:
    """Read each message's body by itself, and hand all that could be read to `handle` at once.

    `read` raises Refused for poison. `handle` gets the messages by id, logs what fails and says
    which ones are to come again; whatever it raises, all of them do.
    """
    batch = _Batch(event, intake)
    messages: dict[str, Message] = {}

    def take(body: str, message_id: str) -> None:
        messages[message_id] = read(body)

    for message_id, body in batch.bodies():
        batch.attempt(message_id, body, partial(take, message_id=message_id))
    try:
        undone = handle(messages) if messages else Undone()
    except Exception:
        logs.error("messages_failed", message_ids=list(messages))
        undone = Undone(failed=messages)
    for message_id in messages:
        if message_id in undone.failed:
            batch.retried.append(message_id)
        elif message_id in undone.left:
            batch.postpone(message_id)
    return batch.outcome()


def in_groups(
    messages: Mapping[str, Message],
    most: int,
    weigh: Callable[[Message], int],
    handle: Callable[[Collection[Message]], object],
    out_of_time: Callable[[], bool],
) -> Undone:
    """Hand messages to `handle` in groups that weigh at most so much; for `consume_together`.

    A group that may succeed later fails as a whole: more calls would not help a table that is busy.
    If one fails for any other reason, its messages are handed over one by one, so that none takes
    another along. No group is begun out of time.
    """
    groups = deque(_groups(messages, most, weigh))
    failed: list[str] = []
    left: list[str] = []
    while groups:
        group = groups.popleft()
        if out_of_time():
            left += group
            continue
        try:
            handle([messages[message_id] for message_id in group])
        except Exception as error:
            if isinstance(error, TryAgainLater) or len(group) == 1:
                logs.error("messages_failed", message_ids=group)
                failed += group
            else:
                logs.warning("group_taken_apart", message_ids=group)
                groups.extendleft([message_id] for message_id in reversed(group))
    return Undone(failed, left)


def _groups(
    messages: Mapping[str, Message], most: int, weigh: Callable[[Message], int]
) -> Iterator[list[str]]:
    group: list[str] = []
    weight = 0
    for message_id, message in messages.items():
        weight += weigh(message)
        if group and weight > most:
            yield group
            group, weight = [], weigh(message)
        group.append(message_id)
    yield group


class _Batch:
    """What becomes of the messages of one event."""

    def __init__(self, event: Mapping[str, Any], intake: Intake) -> None:
        self._records, self._intake = event["Records"], intake
        self.retried: list[str] = []
        self._discarded: list[str] = []
        self._postponed: list[str] = []

    def bodies(self) -> Iterator[tuple[str, str]]:
        """Each message's id and body."""
        for record in self._records:
            yield record["messageId"], record["body"]

    def attempt(self, message_id: str, body: str, handle: Callable[[str], object]) -> None:
        """Handle a message: poison is buried with its reason, what else fails comes again."""
        try:
            handle(body)
        except Refused as error:
            reason = _reason(error)
            letter = DeadLetter(
                body, type(error).__name__, reason, message_id, self._intake.function
            )
            buried = _buried(letter, self._intake.dead_letters)
            (self._discarded if buried else self.retried).append(message_id)
        except Exception:
            logs.error("message_failed", message_id=message_id)
            self.retried.append(message_id)

    def postpone(self, message_id: str) -> None:
        """Let a message come again untouched."""
        logs.warning("message_postponed", message_id=message_id)
        self._postponed.append(message_id)

    def outcome(self) -> BatchOutcome:
        """Which messages are not done; those that come again do so soon."""
        outcome = BatchOutcome(tuple(self.retried), tuple(self._discarded), tuple(self._postponed))
        self._put_off(outcome.again)
        logs.info(
            "batch",
            messages=len(self._records),
            retried=self.retried,
            discarded=self._discarded,
        )
        return outcome

    def _put_off(self, message_ids: Collection[str]) -> None:
        waits = {
            record["receiptHandle"]: wait_seconds(
                int(record["attributes"]["ApproximateReceiveCount"])
            )
            for record in self._records
            if record["messageId"] in message_ids
        }
        if not waits:
            return
        try:
            with last_words():
                self._intake.redelivery.put_off(waits)
        except Exception:
            # They come again all the same, once the queue shows them by itself.
            logs.error("messages_not_put_off", message_ids=list(message_ids))


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
