"""The shapes of `GET /devices/{device_id}/events`: a device's readings with one metric."""

from dataclasses import dataclass
from typing import Any
from urllib.parse import unquote

from edge.http import Answer, Request, page_answer
from edge.pages import Page
from edge.paging import PageTokens
from edge.query_parameters import limit_of, moment_of, one_of
from kernel import exact_json
from kernel.errors import Fault, Invalid
from kernel.parsing import MAX_TIMESTAMP, device_id_of, refuse_unknown
from readings.model import Position, Reading
from telemetry.ports import Span, StoredSegment
from telemetry.query import Query
from telemetry.query_http import ORDERS, next_token, resumed

_PARAMETERS = {"start", "end", "type", "order", "limit", "next_token"}


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


def parse_event_query(request: Request, tokens: PageTokens) -> EventQuery:
    """Read path and parameters of `GET /devices/{device_id}/events`; raises Invalid."""
    faults: list[Fault] = []
    refuse_unknown(request.query, _PARAMETERS, "", faults)
    given = {name: request.one(name, faults) for name in sorted(_PARAMETERS)}
    # No id has a percent sign, so it does no harm where the gateway has decoded the path.
    device_id = device_id_of(unquote(request.path_parameters["device_id"]), "device_id", faults)
    order = one_of(ORDERS, given["order"], "order", faults)
    limit = limit_of(given["limit"], faults)
    start = 0 if given["start"] is None else moment_of(given["start"], "start", faults)
    end = MAX_TIMESTAMP + 1 if given["end"] is None else moment_of(given["end"], "end", faults)
    if not faults and end <= start:
        faults.append(Fault("end", "must be later than start"))
    if faults:
        raise Invalid(faults)
    asked = {name: given[name] for name in ("start", "end", "type")}
    fingerprint = exact_json.dumps(["events", device_id, order, asked])
    span = Span(start, end)
    after: Position | None = None
    if given["next_token"] is not None:
        span, after = resumed(tokens.open(given["next_token"], fingerprint))
    query = Query(device_id, span, newest_first=order == "desc", after=after)
    return EventQuery(query, given["type"], limit, fingerprint)


def event_item(reading: Reading, stored: StoredSegment) -> dict[str, Any]:
    """An event as callers see it."""
    ((type_, value),) = reading.metrics.items()
    return {
        "type": type_,
        "value": value,
        "ts": reading.timestamp,
        "ingested_at": stored.shown["received_at"],
        "request_id": stored.shown["request_id"],
    }


def found_events(asked: EventQuery, page: Page[Position], tokens: PageTokens) -> Answer:
    """The answer to `GET /devices/{device_id}/events`."""
    token = next_token(page, asked.query.span, asked.fingerprint, tokens)
    return page_answer("events", page, token, device_id=asked.query.device_id)
