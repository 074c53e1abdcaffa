"""What the client does with events."""

from collections.abc import Iterable, Iterator
from typing import Literal
from urllib.parse import quote

from lib.client.answers import field_of, value_of
from lib.client.events import Event, EventsAccepted, StoredEvent
from lib.client.moments import Moment
from lib.client.paging import MAX_PAGE_SIZE, moment_parameter, paged
from lib.client.transport import Transport


class EventCalls:
    """Events sent and listed."""

    _transport: Transport

    def send_event(self, event: Event) -> EventsAccepted:
        """Send one event; when this returns, it is stored for good."""
        content = self._transport.post("/events", event.as_request()).content
        return EventsAccepted(1, field_of(content, "request_id", str))

    def send_events(self, events: Iterable[Event]) -> EventsAccepted:
        """Send up to 1,000 events in one request: all are stored, or none is."""
        request = {"events": [event.as_request() for event in events]}
        content = self._transport.post("/events", request).content
        return EventsAccepted(
            field_of(content, "accepted", int), field_of(content, "request_id", str)
        )

    def events(
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
