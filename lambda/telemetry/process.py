"""Processing: what was enqueued raw becomes what can be queried, and is handed to evaluation."""

from collections.abc import Iterable, Sequence

from kernel.clock import MINUTE_MS, SECOND_MS, Clock
from readings.messages import ReadingMessage
from readings.model import Segment, is_backfill, with_derived_metrics
from telemetry.ports import Arrival, ErrorReports, Failures, ProcessedReadings, ReadingQueue

WINDOW_MS = 5 * MINUTE_MS
NEW_FOR_MS = MINUTE_MS


class Process:
    """Transforms the readings of messages, keeps them and hands them on to evaluation."""

    def __init__(
        self, processed: ProcessedReadings, evaluation: ReadingQueue, clock: Clock
    ) -> None:
        self._processed, self._evaluation, self._clock = processed, evaluation, clock

    def __call__(self, messages: Iterable[ReadingMessage]) -> None:
        """Process messages together; the same messages again change nothing that counts.

        Of a segment that several bring, what was processed again is kept, else the first to arrive.
        """
        now = self._clock()
        ordered = sorted(messages, key=lambda one: (not one.replay, one.received_at))
        certain = [one for one in ordered if _replaces(one, now)]
        others = [one for one in ordered if not _replaces(one, now)]
        self._processed.replace(_arrivals(certain), now)
        self._processed.append(_arrivals(others), now)
        self._evaluation.send(filter(None, (_live(one, now) for one in ordered)))


def _replaces(message: ReadingMessage, now: int) -> bool:
    """Whether nobody needs to look what is there before the message's segments are kept.

    Of what came for the first time, a moment ago, nothing else is there than what an earlier
    delivery of the same message left. Later, the same readings may have been sent again and
    overtaken it, or have expired.
    """
    return message.replay or (message.new and now - message.received_at < NEW_FOR_MS)


def _arrivals(messages: Iterable[ReadingMessage]) -> list[Arrival]:
    return [
        Arrival(_transformed(segment), message.received_at, message.expires_at)
        for message in messages
        for segment in message.segments
    ]


def _transformed(segment: Segment) -> Segment:
    readings = tuple([with_derived_metrics(reading) for reading in segment.readings])
    return Segment(segment.device_id, readings, segment.key)


def _live(message: ReadingMessage, now: int) -> ReadingMessage | None:
    """What of a message may raise alerts, if anything."""
    # What is processed again tells when it first arrived, which may be long ago.
    arrived_at = now if message.replay else message.received_at
    live = [one for one in message.segments if not is_backfill(one.last, arrived_at)]
    return message.bringing(live) if live else None


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
