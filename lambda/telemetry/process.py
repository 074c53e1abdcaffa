"""Processing: what was enqueued raw becomes what can be queried, and is handed to evaluation."""

from collections.abc import Sequence
from dataclasses import replace

from kernel.clock import MINUTE_MS, SECOND_MS, Clock
from readings.messages import ReadingMessage
from readings.model import Segment, is_backfill, with_derived_metrics
from telemetry.ports import ErrorReports, Failures, ProcessedReadings, ReadingQueue

WINDOW_MS = 5 * MINUTE_MS


class Process:
    """Transforms the readings of one message, keeps them and hands them on to evaluation."""

    def __init__(
        self, processed: ProcessedReadings, evaluation: ReadingQueue, clock: Clock
    ) -> None:
        self._processed, self._evaluation, self._clock = processed, evaluation, clock

    def __call__(self, message: ReadingMessage) -> None:
        """Process one message; the same message again changes nothing."""
        segments = [_transformed(segment) for segment in message.segments]
        keep = self._processed.replace if message.replay else self._processed.append
        now = self._clock()
        keep(segments, message.received_at, now, message.expires_at)
        # What is processed again tells when it first arrived, which may be long ago.
        arrived_at = now if message.replay else message.received_at
        live = tuple(
            segment for segment in message.segments if not is_backfill(segment.last, arrived_at)
        )
        if live:
            self._evaluation.send([replace(message, segments=live)])


def _transformed(segment: Segment) -> Segment:
    readings = tuple(with_derived_metrics(reading) for reading in segment.readings)
    return replace(segment, readings=readings)


class ErrorWatch:
    """Tells people once in every five minutes of the clock in which more messages fail than the
    threshold allows, whoever processed them; once more if the threshold is changed meanwhile.

    A message that fails again and again is one.
    """

    def __init__(self, failures: Failures, reports: ErrorReports, clock: Clock) -> None:
        self._failures, self._reports, self._clock = failures, reports, clock
        self._told: tuple[int, int] | None = None

    def record(self, failed_message_ids: Sequence[str], threshold: int) -> None:
        """Count failed messages and publish a report once they pass the threshold."""
        window = self._clock() // WINDOW_MS * WINDOW_MS
        # Once people know, nothing is written until the next five minutes.
        if not failed_message_ids or self._told == (window, threshold):
            return
        number = self._failures.add(window, failed_message_ids)
        if number <= threshold:
            return
        if self._failures.claim_report(window, threshold):
            self._tell(window, number, threshold, failed_message_ids[-1])
        self._told = window, threshold

    def _tell(self, window: int, number: int, threshold: int, last_message_id: str) -> None:
        report: dict[str, str | int] = {
            "failed_messages": number,
            "within_seconds": WINDOW_MS // SECOND_MS,
            "error_threshold": threshold,
            "last_message_id": last_message_id,
        }
        try:
            self._reports.publish("Telemetry processing fails", report)
        except Exception:
            # Whoever sees the next message fail tells instead.
            self._failures.give_up_report(window, threshold)
            raise
