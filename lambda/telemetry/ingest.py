"""Taking readings in: durable in the raw table and on their way to the processor, or refused."""

from collections.abc import Sequence
from dataclasses import dataclass

from telemetry.messages import messages_of
from telemetry.model import Reading, cut_into_segments
from telemetry.ports import RawReadings, ReadingQueue, Receipt


@dataclass(frozen=True, slots=True)
class Submission:
    """The readings of one request; `repeatable` if a repeat of it would store the same keys."""

    readings: Sequence[Reading]
    receipt: Receipt
    repeatable: bool


class Ingest:
    """Accepts submissions."""

    def __init__(self, raw: RawReadings, queue: ReadingQueue) -> None:
        self._raw, self._queue = raw, queue

    def __call__(self, submission: Submission, batch_size: int) -> None:
        """Keep the readings and enqueue them, at most `batch_size` to a segment.

        When either failed, the error is raised and nothing stays that a repeat would double.
        """
        receipt = submission.receipt
        segments = cut_into_segments(submission.readings, batch_size)
        try:
            self._raw.append(segments, receipt)
            self._queue.send(messages_of(segments, receipt.request_id, receipt.received_at))
        except Exception:
            # A repeat will arrive at another time: under that time it would be stored twice.
            if not submission.repeatable:
                self._raw.remove(segments)
            raise
