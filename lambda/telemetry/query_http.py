"""The shapes of `GET /query` and its answer."""

from dataclasses import dataclass, replace
from datetime import date

from edge.declared import Said
from edge.http import Answer, Request, page_answer
from edge.pages import Page
from edge.paging import PageTokens
from kernel import exact_json
from kernel.clock import DAY_MS, HOUR_MS, day_of
from readings.model import MAX_SEGMENT_SPAN_MS, Position
from telemetry.ports import Span
from telemetry.query import Cursor, Query
from telemetry.requests import QueryParameters

_EPOCH_DAY = date(1970, 1, 1)
# How long what gateways have gathered is still likely to come in.
_UNSETTLED_MS = 2 * HOUR_MS


@dataclass(frozen=True, slots=True)
class QueryRequest:
    """A query, the table it reads, how many items a page may have, and what its tokens fit."""

    query: Query
    table: str
    limit: int
    fingerprint: str


def parse_query(request: Request, now: int, tokens: PageTokens) -> QueryRequest:
    """Read the parameters of `GET /query`; raises Invalid with every fault."""
    said = QueryParameters().load(request.query)
    asked = request.given("event_date", "start", "end")
    fingerprint = exact_json.dumps([said["device_id"], said["table"], said["order"], asked])
    span, after = _span_of(said, now), None
    if said["next_token"] is not None:
        span, after = resumed(tokens.open(said["next_token"], fingerprint), now)
    query = Query(said["device_id"], span, newest_first=said["order"] == "desc", after=after)
    return QueryRequest(query, said["table"], said["limit"], fingerprint)


def queried(asked: QueryRequest, page: Page[Cursor], tokens: PageTokens) -> Answer:
    """The answer to `GET /query`."""
    token = next_token(page, asked.query.span, asked.fingerprint, tokens)
    return page_answer("items", page, token)


def next_token(page: Page[Cursor], span: Span, fingerprint: str, tokens: PageTokens) -> str | None:
    """The token of the page that follows; None at the end."""
    if page.resume_after is None:
        return None
    cursor = page.resume_after
    last = cursor.position
    # What spares reading too much stands last: tokens of earlier versions end before it.
    position = f"{span.start} {span.end} {last.timestamp} {last.digest}"
    return tokens.seal(f"{position} {cursor.longest_ms} {cursor.segments}", fingerprint)


def resumed(position: str, now: int) -> tuple[Span, Cursor]:
    """Span and place of an opened token, whichever version gave it out."""
    # The span is the first page's: a query of today goes on with that day after midnight.
    start, end, timestamp, digest, *seen = position.split(" ")
    cursor = Cursor(Position(int(timestamp), digest), *map(int, seen))
    if now - cursor.position.timestamp < _UNSETTLED_MS:
        # What was stored a moment ago, the page before may not have seen.
        cursor = replace(cursor, longest_ms=MAX_SEGMENT_SPAN_MS)
    return Span(int(start), int(end)), cursor


def _span_of(said: Said, now: int) -> Span:
    if said["start"] is not None:
        return Span(said["start"], said["end"])
    day = date.fromisoformat(said["event_date"] or day_of(now))
    start = (day - _EPOCH_DAY).days * DAY_MS
    return Span(start, start + DAY_MS)
