"""Taking device states in: kept as sent and on their way to be counted, or refused."""

from collections.abc import Iterator

from states.messages import CountMessage
from states.model import StateSubmission, chunks_of, total
from states.ports import CountQueue, RawBodies


class IngestStates:
    """Accepts submissions."""

    def __init__(self, bodies: RawBodies, queue: CountQueue) -> None:
        self._bodies, self._queue = bodies, queue

    def __call__(self, submission: StateSubmission) -> None:
        """Keep the body and enqueue what it adds up to; safe to repeat."""
        self._bodies.keep(submission)
        self._queue.send(messages_of(submission))


def messages_of(submission: StateSubmission) -> Iterator[CountMessage]:
    """The messages that count a submission."""
    raw_key = submission.raw_key
    for chunk in chunks_of(submission.digest, total(submission.states)):
        yield CountMessage(submission.request_id, submission.arrived_at, raw_key, chunk)
