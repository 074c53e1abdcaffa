"""Processing: what was enqueued raw becomes what can be queried, and is handed to evaluation."""

from collections.abc import Iterable
from dataclasses import replace

from kernel.clock import MINUTE_MS, Clock
from telemetry.messages import ReadingMessage
from telemetry.model import Segment, is_backfill, with_derived_metrics
from telemetry.ports import ErrorReports, ProcessedReadings, ReadingQueue

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
        keep(segments, message.received_at, now)
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
    """Tells people once when more messages failed within five minutes than the threshold allows.

    A message that fails again and again is one. It sees what this container sees; the alarms see
    every container.
    """

    def __init__(self, reports: ErrorReports, clock: Clock) -> None:
        self._reports, self._clock = reports, clock
        self._failed_at: dict[str, int] = {}

    def record(self, failed_message_ids: Iterable[str], threshold: int) -> None:
        """Count failed messages and publish a report once they pass the threshold."""
        now = self._clock()
        failed = tuple(failed_message_ids)
        self._failed_at.update(dict.fromkeys(failed, now))
        self._failed_at = {
            message_id: at for message_id, at in self._failed_at.items() if at > now - WINDOW_MS
        }
        if not failed or len(self._failed_at) <= threshold:
            return
        report: dict[str, str | int] = {
            "failed_messages": len(self._failed_at),
            "within_seconds": WINDOW_MS // 1_000,
            "error_threshold": threshold,
            "last_message_id": failed[-1],
        }
        self._reports.publish("Telemetry processing fails", report)
        self._failed_at.clear()
