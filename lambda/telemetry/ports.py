"""What the telemetry use cases need from the world."""

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol

from readings.messages import ReadingMessage
from readings.model import MAX_SEGMENT_SPAN_MS, Segment


@dataclass(frozen=True, slots=True)
class Receipt:
    """When, how and with which request readings came in, and until when they are kept.

    expires_at: in ms since the epoch; None for ever.
    """

    received_at: int
    source: str
    request_id: str
    expires_at: int | None = None


@dataclass(frozen=True, slots=True)
class Arrival:
    """A segment on its way into a table: when it was received, and until when it is kept.

    expires_at: in ms since the epoch; None for ever.
    """

    segment: Segment
    received_at: int
    expires_at: int | None = None

    def has_expired(self, at: int) -> bool:
        """Whether it is not to be kept any more at that moment, in ms since the epoch."""
        return self.expires_at is not None and self.expires_at <= at


@dataclass(frozen=True, slots=True)
class StoredSegment:
    """A segment as a table gives it back: when it arrived, what is shown beside its readings.

    expires_at: until when it is kept, in ms since the epoch; None for ever.
    """

    segment: Segment
    received_at: int
    shown: Mapping[str, str | int]
    expires_at: int | None = None


@dataclass(frozen=True, slots=True)
class Span:
    """Moments from `start` up to, but not including, `end`, in ms since the epoch."""

    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Need:
    """What a reader is going to use of a span, as far as it knows: nothing more need be read.

    readings: at most so many; None for all. segments: in how many segments they may lie; None if
    that is not known. longest_ms: segments that span more are not needed if they begin before it.
    """

    readings: int | None = None
    segments: int | None = None
    longest_ms: int = MAX_SEGMENT_SPAN_MS


EVERYTHING = Need()


class Segments(Protocol):
    """Stored segments of a device, by the time of their first reading."""

    def read(
        self, device_id: str, span: Span, *, newest_first: bool, need: Need = EVERYTHING
    ) -> Iterator[StoredSegment]:
        """Every segment with a reading in the span, in the order of their keys.

        Segments without one may come too. Of those that span more than the need's `longest_ms`,
        any that begin before the span may be missing; what else is needed of them changes what
        reading costs, not what is found.
        """


class RawReadings(Segments, Protocol):
    """Readings as they were sent."""

    def append(self, segments: Sequence[Segment], receipt: Receipt) -> Sequence[Segment]:
        """Keep the segments durably; what is there already stays as it is. Returns the new ones."""

    def remove(self, segments: Sequence[Segment]) -> None:
        """Take back segments of a request that could not be accepted."""


class ProcessedReadings(Segments, Protocol):
    """Readings after processing."""

    def append(self, arrivals: Sequence[Arrival], processed_at: int) -> None:
        """Keep the segments; what is there already stays as it is.

        Of a segment that is given several times, the first counts.
        """

    def replace(self, arrivals: Sequence[Arrival], processed_at: int) -> None:
        """Keep the segments in place of earlier results.

        Of a segment that is given several times, the first counts.
        """


class ReadingQueue(Protocol):
    """The way from ingest to process, or from process to evaluation."""

    def send(self, messages: Iterable[ReadingMessage]) -> None:
        """Hand every message over durably.

        Raises PartlySent if some may have left though others did not, and any other error if
        surely none has.
        """


class Failures(Protocol):
    """Messages that failed, seen by whichever container, and whether people were told.

    Windows are named by the moment they begin, in ms since the epoch.
    """

    def add(self, window: int, message_ids: Collection[str]) -> int:
        """Remember failed messages, at least one; how many different ones failed in the window."""

    def claim_report(self, window: int, threshold: int) -> bool:
        """Whether it is for this caller to tell people, once in a window of each threshold."""

    def give_up_report(self, window: int, threshold: int) -> None:
        """Leave the telling to the next that claims it."""


class ErrorReports(Protocol):
    """How people are told that processing goes wrong."""

    def publish(self, subject: str, report: Mapping[str, str | int]) -> None:
        """Tell whoever subscribed."""
