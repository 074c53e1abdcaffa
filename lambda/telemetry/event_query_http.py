"""The shapes of `GET /devices/{device_id}/events`: a device's readings with one metric."""

from dataclasses import dataclass

from edge.http import Answer, Request, page_answer
from edge.pages import Page
from edge.paging import PageTokens
from kernel import exact_json
from readings.model import Reading
from telemetry.ports import Span, StoredSegment
from telemetry.query import Cursor, Query
from telemetry.query_http import next_token, resumed
from telemetry.requests import EventParameters


@dataclass(frozen=True, slots=True)
class EventQuery:
    """A device's events, of one type if one is given."""

    query: Query
    type: str | None
    limit: int
    fingerprint: str

    def wants(self, reading: Reading) -> bool:
        """Whether a reading is such an event."""
        return len(reading.metrics) == 1 and self.type in (None, *reading.metrics)


def parse_event_query(request: Request, now: int, tokens: PageTokens) -> EventQuery:
    """Read path and parameters of `GET /devices/{device_id}/events`; raises Invalid."""
    said = EventParameters().load(request.parameters)
    asked = request.given("start", "end", "type")
    fingerprint = exact_json.dumps(["events", said["device_id"], said["order"], asked])
    span, after = Span(*EventParameters.span(said)), None
    if said["next_token"] is not None:
        span, after = resumed(tokens.open(said["next_token"], fingerprint), now)
    query = Query(said["device_id"], span, newest_first=said["order"] == "desc", after=after)
    return EventQuery(query, said["type"], said["limit"], fingerprint)


def event_item(reading: Reading, stored: StoredSegment) -> str:
    """An event as callers see it."""
    ((type_, value),) = reading.metrics.items()
    return exact_json.dumps(
        {
            "type": type_,
            "value": value,
            "ts": reading.timestamp,
            "ingested_at": stored.shown["received_at"],
            "request_id": stored.shown["request_id"],
        }
    )


def found_events(asked: EventQuery, page: Page[Cursor], tokens: PageTokens) -> Answer:
    """The answer to `GET /devices/{device_id}/events`."""
    token = next_token(page, asked.query.span, asked.fingerprint, tokens)
    return page_answer("events", page, token, device_id=asked.query.device_id)
