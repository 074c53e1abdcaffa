"""Taking readings in: durable in the raw table and on their way to the processor, or refused."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from kernel import logs
from kernel.clock import DAY_MS
from kernel.errors import PartlySent
from kernel.invocation import last_words
from readings.model import Reading, Segment
from telemetry.messages import messages_of
from telemetry.ports import RawReadings, ReadingQueue, Receipt
from telemetry.segmenting import cut_into_segments


@dataclass(frozen=True, slots=True)
class Submission:
    """The readings of one request.

    unrepeatable: those that a repeat of the request would store under another time, because they
    came without a timestamp and the request without an idempotency key.
    """

    readings: Sequence[Reading]
    receipt: Receipt
    unrepeatable: Sequence[Reading] = ()


class Ingest:
    """Accepts submissions.

    retention_days: how long readings are kept from their reception on; 0 for ever.
    """

    def __init__(self, raw: RawReadings, queue: ReadingQueue, retention_days: int = 0) -> None:
        self._raw, self._queue = raw, queue
        self._kept_for_ms = retention_days * DAY_MS

    def __call__(self, submission: Submission, batch_size: int) -> None:
        """Keep the readings and enqueue them, at most `batch_size` to a segment.

        When either fails, the error is raised, and what a repeat would store a second time is
        taken back; unless messages may have left already, which cannot be taken back.
        """
        receipt = self._with_expiry(submission.receipt)
        segments = cut_into_segments(submission.readings, batch_size)
        new: Sequence[Segment] = segments
        try:
            new = self._raw.append(segments, receipt)
            self._queue.send(
                messages_of(
                    segments,
                    receipt.request_id,
                    receipt.received_at,
                    expires_at=receipt.expires_at,
                    new=len(new) == len(segments),
                )
            )
        except PartlySent:
            raise
        except Exception:
            # What was there before, somebody else may have been answered for.
            self._take_back(new, submission)
            raise

    def _with_expiry(self, receipt: Receipt) -> Receipt:
        if not self._kept_for_ms:
            return receipt
        return replace(receipt, expires_at=receipt.received_at + self._kept_for_ms)

    def _take_back(self, segments: Sequence[Segment], submission: Submission) -> None:
        # Their keys hold the time of this arrival: nothing that was accepted before has them.
        untimed = {id(reading) for reading in submission.unrepeatable}
        own = [one for one in segments if any(id(reading) in untimed for reading in one.readings)]
        if not own:
            return
        try:
            with last_words():
                self._raw.remove(own)
        except Exception:
            logs.error("not_taken_back", request_id=submission.receipt.request_id)
