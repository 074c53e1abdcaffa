"""What the client does with readings."""

from collections.abc import Iterable, Iterator
from datetime import date
from typing import Any, Literal

from iot_pipeline.answers import field_of
from iot_pipeline.errors import InvalidReading, UnexpectedAnswer
from iot_pipeline.moments import Moment, epoch_ms
from iot_pipeline.paging import MAX_PAGE_SIZE, day_parameter, moment_parameter, paged
from iot_pipeline.readings.batching import MAX_READINGS, batches
from iot_pipeline.readings.model import (
    BatchAccepted,
    Reading,
    ReadingAccepted,
    Reprocessed,
    SendReport,
)
from iot_pipeline.readings.sending import DEFAULT_CONCURRENCY, MAX_CONCURRENCY, Progress, Sending
from iot_pipeline.transport import Transport


class Readings:
    """Readings sent, queried and processed again."""

    def __init__(self, transport: Transport) -> None:
        self._transport = transport

    def send(self, reading: Reading) -> ReadingAccepted:
        """Send one reading; when this returns, it is stored for good."""
        content = self._transport.post("/ingest", reading.as_request()).content
        return ReadingAccepted(
            field_of(content, "device_id", str), field_of(content, "timestamp", int)
        )

    def send_batch(self, readings: Iterable[Reading]) -> BatchAccepted:
        """Send up to 1,000 readings in one request: all are stored, or none is.

        Raises InvalidReading when they do not fit into one request.
        """
        found = list(batches(readings))
        if len(found) != 1:
            raise InvalidReading(
                f"a request holds 1 to {MAX_READINGS:,} readings within 1 MiB: use send_stream"
            )
        content = self._transport.post_encoded("/ingest", found[0].body).content
        return BatchAccepted(
            field_of(content, "accepted", int), field_of(content, "submission_id", str)
        )

    def send_stream(
        self,
        readings: Iterable[Reading],
        *,
        on_progress: Progress | None = None,
        batch_size: int = MAX_READINGS,
        concurrency: int = DEFAULT_CONCURRENCY,
    ) -> SendReport:
        """Send a stream of any length in batches, `concurrency` requests at a time.

        `on_progress` is called in this thread after each accepted batch. Raises SendStopped when
        a batch fails for good, and whatever the stream itself raises.
        """
        if not 1 <= concurrency <= MAX_CONCURRENCY:
            raise ValueError(f"concurrency is 1 to {MAX_CONCURRENCY}, not {concurrency}")
        sending = Sending(lambda body: self._transport.post_encoded("/ingest", body), on_progress)
        return sending.run(batches(readings, batch_size), concurrency)

    def query(
        self,
        device_id: str,
        *,
        event_date: date | str | None = None,
        start: Moment | None = None,
        end: Moment | None = None,
        table: Literal["processed", "raw"] = "processed",
        order: Literal["asc", "desc"] = "asc",
        page_size: int = MAX_PAGE_SIZE,
    ) -> Iterator[dict[str, Any]]:
        """Iterate over a device's items in time order, fetching pages as they are needed.

        `start` to `end` is half open, at most 31 days; without them and `event_date`: today (UTC).
        Numbers are int or Decimal, with every digit.
        """
        asked = {
            "device_id": device_id,
            "event_date": day_parameter(event_date),
            "start": moment_parameter(start),
            "end": moment_parameter(end),
            "table": table,
            "order": order,
            "limit": str(page_size),
        }
        return paged(self._transport, "/query", asked, entries="items")

    def reprocess(
        self, device_id: str, start: Moment, end: Moment, *, dry_run: bool = False
    ) -> Reprocessed:
        """Process again what a device sent from `start` to before `end`; safe to repeat.

        A range too large for one request is continued until it is finished.
        """
        first, last = epoch_ms(start), epoch_ms(end)
        enqueued = requests_made = 0
        while True:
            request = {"device_id": device_id, "start": first, "end": last, "dry_run": dry_run}
            content = self._transport.post("/process", request).content
            enqueued += field_of(content, "enqueued", int)
            requests_made += 1
            next_start = content.get("next_start")
            if next_start is None:
                return Reprocessed(device_id, enqueued, requests_made)
            if not isinstance(next_start, int) or next_start <= first:
                raise UnexpectedAnswer("the API does not get on with the range")
            first = next_start
