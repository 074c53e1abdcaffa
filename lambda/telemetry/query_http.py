"""The shapes of `GET /query` and its answer."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from edge.http import Answer, Request, page_answer
from edge.pages import Page
from edge.paging import PageTokens
from edge.query_parameters import limit_of, moment_of, one_of
from kernel import exact_json
from kernel.clock import DAY_MS, day_of
from kernel.errors import Fault, Invalid
from kernel.parsing import device_id_of, refuse_unknown
from readings.model import Position
from telemetry.parsing import span_faults
from telemetry.ports import Span
from telemetry.query import Query

TABLES = ("processed", "raw")
ORDERS = ("asc", "desc")

_PARAMETERS = {
    "device_id",
    "event_date",
    "start",
    "end",
    "table",
    "order",
    "limit",
    "next_token",
}
_DATE = re.compile(r"\d{4}-\d{2}-\d{2}")
_EPOCH_DAY = date(1970, 1, 1)


@dataclass(frozen=True, slots=True)
class QueryRequest:
    """A query, the table it reads, how many items a page may have, and what its tokens fit."""

    query: Query
    table: str
    limit: int
    fingerprint: str


def parse_query(request: Request, now: int, tokens: PageTokens) -> QueryRequest:
    """Read the parameters of `GET /query`; raises Invalid with every fault."""
    faults: list[Fault] = []
    refuse_unknown(request.query, _PARAMETERS, "", faults)
    given = {name: request.one(name, faults) for name in sorted(_PARAMETERS)}
    if given["device_id"] is None:
        faults.append(Fault("device_id", "is required"))
    else:
        device_id_of(given["device_id"], "device_id", faults)
    table = one_of(TABLES, given["table"], "table", faults)
    order = one_of(ORDERS, given["order"], "order", faults)
    limit = limit_of(given["limit"], faults)
    span = _span_of(given, now, faults)
    if faults:
        raise Invalid(faults)
    device_id = given["device_id"] or ""
    asked = {name: given[name] for name in ("event_date", "start", "end")}
    fingerprint = exact_json.dumps([device_id, table, order, asked])
    after: Position | None = None
    if given["next_token"] is not None:
        span, after = resumed(tokens.open(given["next_token"], fingerprint))
    query = Query(device_id, span, newest_first=order == "desc", after=after)
    return QueryRequest(query, table, limit, fingerprint)


def queried(asked: QueryRequest, page: Page[Position], tokens: PageTokens) -> Answer:
    """The answer to `GET /query`."""
    token = next_token(page, asked.query.span, asked.fingerprint, tokens)
    return page_answer("items", page, token)


def next_token(
    page: Page[Position], span: Span, fingerprint: str, tokens: PageTokens
) -> str | None:
    """The token of the page that follows; None at the end."""
    if page.resume_after is None:
        return None
    last = page.resume_after
    position = f"{span.start} {span.end} {last.timestamp} {last.digest}"
    return tokens.seal(position, fingerprint)


def resumed(position: str) -> tuple[Span, Position]:
    """Span and position of an opened token."""
    # The span is the first page's: a query of today goes on with that day after midnight.
    start, end, timestamp, digest = position.split(" ")
    return Span(int(start), int(end)), Position(int(timestamp), digest)


def _span_of(given: Mapping[str, str | None], now: int, faults: list[Fault]) -> Span:
    day, start, end = given["event_date"], given["start"], given["end"]
    if start is None and end is None:
        return _day_span(day if day is not None else day_of(now), faults)
    if day is not None:
        faults.append(Fault("event_date", "cannot be combined with start and end"))
    if start is None or end is None:
        missing = "start" if start is None else "end"
        faults.append(Fault(missing, "is required: start and end go together"))
        return Span(0, 0)
    before = len(faults)
    span = Span(moment_of(start, "start", faults), moment_of(end, "end", faults))
    if len(faults) == before:
        span_faults(span.start, span.end, faults)
    return span


def _day_span(text: str, faults: list[Fault]) -> Span:
    try:
        if not _DATE.fullmatch(text):
            raise ValueError("not of the form YYYY-MM-DD")
        start = (date.fromisoformat(text) - _EPOCH_DAY).days * DAY_MS
    except ValueError:
        faults.append(Fault("event_date", "must be a day as YYYY-MM-DD"))
        return Span(0, 0)
    return Span(start, start + DAY_MS)
