"""The telemetry ports, met in memory: for tests, with the same promises as the real ones.

What expires stays: DynamoDB, too, removes it only days later.
"""

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence

from kernel.clock import iso_of
from readings.messages import ReadingMessage
from readings.model import MAX_SEGMENT_SPAN_MS, Segment
from telemetry.ports import EVERYTHING, Need, Receipt, Span, StoredSegment


class _MemorySegments:
    def __init__(self) -> None:
        self.stored: dict[tuple[str, str], StoredSegment] = {}

    def _keep_new(
        self,
        segments: Iterable[Segment],
        received_at: int,
        shown: Mapping[str, str | int],
        expires_at: int | None,
    ) -> None:
        for segment in segments:
            identity = (segment.device_id, segment.key)
            stored = StoredSegment(segment, received_at, shown, expires_at)
            self.stored.setdefault(identity, stored)

    def read(
        self, device_id: str, span: Span, *, newest_first: bool, need: Need = EVERYTHING
    ) -> Iterator[StoredSegment]:
        """Every segment with a reading in the span, in the order of their keys."""
        for identity in sorted(self.stored, reverse=newest_first):
            stored = self.stored[identity]
            first = stored.segment.first
            if identity[0] == device_id and span.start - need.longest_ms <= first < span.end:
                yield stored


class MemoryRawReadings(_MemorySegments):
    """Raw readings in a dictionary."""

    def append(self, segments: Sequence[Segment], receipt: Receipt) -> Sequence[Segment]:
        """Keep the segments; what is there already stays as it is. Returns the new ones."""
        new = [one for one in segments if (one.device_id, one.key) not in self.stored]
        shown: Mapping[str, str | int] = {
            "received_at": receipt.received_at,
            "source": receipt.source,
            "request_id": receipt.request_id,
        }
        self._keep_new(new, receipt.received_at, shown, receipt.expires_at)
        return new

    def remove(self, segments: Sequence[Segment]) -> None:
        """Take back segments of a request that could not be accepted."""
        for segment in segments:
            self.stored.pop((segment.device_id, segment.key), None)


class MemoryProcessedReadings(_MemorySegments):
    """Processed readings in a dictionary."""

    def append(
        self,
        segments: Sequence[Segment],
        received_at: int,
        processed_at: int,
        expires_at: int | None = None,
    ) -> None:
        """Keep the segments; what is there already stays as it is."""
        self._keep_new(segments, received_at, _shown(processed_at), expires_at)

    def replace(
        self,
        segments: Sequence[Segment],
        received_at: int,
        processed_at: int,
        expires_at: int | None = None,
    ) -> None:
        """Keep the segments in place of earlier results."""
        for segment in segments:
            stored = StoredSegment(segment, received_at, _shown(processed_at), expires_at)
            self.stored[(segment.device_id, segment.key)] = stored

    def since(
        self, device_id: str, start: int, end: int, longest_ms: int
    ) -> Iterator[tuple[Segment, int]]:
        """Every segment with a reading from `start` up to `end`, and when it was received."""
        for (owner, _), stored in sorted(self.stored.items()):
            segment = stored.segment
            reachable = start - longest_ms <= segment.first < end
            if owner == device_id and reachable and segment.last >= start:
                yield segment, stored.received_at

    def newest(self, device_id: str, start: int, end: int) -> Iterator[tuple[int, int]]:
        """When the segments' last readings were taken, and when they were received."""
        found = list(self.since(device_id, start, end, MAX_SEGMENT_SPAN_MS))
        for segment, received_at in reversed(found):
            yield segment.last, received_at


class MemoryReadingQueue:
    """Messages in a list."""

    def __init__(self) -> None:
        self.messages: list[ReadingMessage] = []

    def send(self, messages: Iterable[ReadingMessage]) -> None:
        """Hand every message over."""
        self.messages.extend(messages)


class MemoryFailures:
    """Failed messages in sets, by window."""

    def __init__(self) -> None:
        self.failed: dict[int, set[str]] = {}
        self._reported: set[tuple[int, int]] = set()

    def add(self, window: int, message_ids: Collection[str]) -> int:
        """Remember failed messages, at least one; how many different ones failed in the window."""
        failed = self.failed.setdefault(window, set())
        failed.update(message_ids)
        return len(failed)

    def claim_report(self, window: int, threshold: int) -> bool:
        """Whether it is for this caller to tell people, once in a window of each threshold."""
        if (window, threshold) in self._reported:
            return False
        self._reported.add((window, threshold))
        return True

    def give_up_report(self, window: int, threshold: int) -> None:
        """Leave the telling to the next that claims it."""
        self._reported.remove((window, threshold))


class MemoryErrorReports:
    """Reports in a list."""

    def __init__(self) -> None:
        self.reports: list[tuple[str, Mapping[str, str | int]]] = []

    def publish(self, subject: str, report: Mapping[str, str | int]) -> None:
        """Keep the report."""
        self.reports.append((subject, report))


def _shown(processed_at: int) -> Mapping[str, str | int]:
    return {"processed_at": iso_of(processed_at), "status": "processed"}
