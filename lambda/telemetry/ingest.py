"""Taking readings in: durable in the raw table and on their way to the processor, or refused."""

from collections.abc import Sequence
from dataclasses import dataclass

from kernel.errors import TryAgainLater
from telemetry.messages import messages_of
from telemetry.model import Reading, cut_into_segments
from telemetry.ports import RawReadings, ReadingQueue, Receipt


@dataclass(frozen=True, slots=True)
class Submission:
    """The readings of one request; `timed_by_arrival` if any had no timestamp of its own."""

    readings: Sequence[Reading]
    receipt: Receipt
    timed_by_arrival: bool


class Ingest:
    """Accepts submissions."""

    def __init__(self, raw: RawReadings, queue: ReadingQueue) -> None:
        self._raw, self._queue = raw, queue

    def __call__(self, submission: Submission, batch_size: int) -> None:
        """Keep the readings and enqueue them, at most `batch_size` to a segment.

        Raises TryAgainLater when either failed; a repeat of the request lands on the same keys.
        """
        receipt = submission.receipt
        segments = cut_into_segments(submission.readings, batch_size)
        try:
            self._raw.append(segments, receipt)
            self._queue.send(messages_of(segments, receipt.request_id, receipt.received_at))
        except TryAgainLater:
            # The repeat will arrive at another time: under that time it would be stored twice.
            if submission.timed_by_arrival:
                self._raw.remove(segments)
            raise
