"""What the client does with events."""

from collections.abc import Iterable, Iterator
from typing import Literal
from urllib.parse import quote

from iot_pipeline.answers import field_of, value_of
from iot_pipeline.events.model import Event, EventsAccepted, StoredEvent
from iot_pipeline.moments import Moment
from iot_pipeline.paging import MAX_PAGE_SIZE, moment_parameter, paged
from iot_pipeline.transport import Transport


class Events:
    """Events sent and listed."""

    def __init__(self, transport: Transport) -> None:
        self._transport = transport

    def send(self, event: Event) -> EventsAccepted:
        """Send one event; when this returns, it is stored for good."""
        content = self._transport.post("/events", event.as_request()).content
        return EventsAccepted(1, field_of(content, "request_id", str))

    def send_batch(self, events: Iterable[Event]) -> EventsAccepted:
        """Send up to 1,000 events in one request: all are stored, or none is."""
        request = {"events": [event.as_request() for event in events]}
        content = self._transport.post("/events", request).content
        return EventsAccepted(
            field_of(content, "accepted", int), field_of(content, "request_id", str)
        )

    def list(
        self,
        device_id: str,
        *,
        type: str | None = None,
        start: Moment | None = None,
        end: Moment | None = None,
        order: Literal["asc", "desc"] = "asc",
        page_size: int = MAX_PAGE_SIZE,
    ) -> Iterator[StoredEvent]:
        """Iterate over a device's events in time order, fetching pages as they are needed.

        `start` to `end` is half open; without them: all there are.
        """
        asked = {
            "type": type,
            "start": moment_parameter(start),
            "end": moment_parameter(end),
            "order": order,
            "limit": str(page_size),
        }
        path = f"/devices/{quote(device_id, safe='')}/events"
        for content in paged(self._transport, path, asked, entries="events"):
            yield StoredEvent(
                device_id=device_id,
                type=field_of(content, "type", str),
                value=value_of(content, "value"),
                timestamp_ms=field_of(content, "ts", int),
                ingested_at_ms=field_of(content, "ingested_at", int),
                request_id=field_of(content, "request_id", str),
            )
