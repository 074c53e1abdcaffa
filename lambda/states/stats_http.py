"""The shapes of `GET /stats` and `GET /stats-html`."""

from collections.abc import Iterable
from dataclasses import dataclass

from edge.http import Answer, Request
from edge.pages import page_of
from edge.paging import PageTokens
from kernel import exact_json
from kernel.clock import day_of
from states.model import Count
from states.requests import DayParameters, StatsParameters

NEXT_PAGE = "X-Next-Token"


@dataclass(frozen=True, slots=True)
class StatsQuery:
    """A day's counts, strictly `after` a type and state if they are given, and what its tokens fit.

    limit: how many counts the page may have; None for as many as an answer can hold.
    """

    day: str
    after: tuple[str, str] | None
    limit: int | None
    fingerprint: str


def parse_stats_query(request: Request, now: int, tokens: PageTokens) -> StatsQuery:
    """Read the parameters of `GET /stats`; raises Invalid with every fault."""
    said = StatsParameters().load(request.query)
    fingerprint = exact_json.dumps(["stats", said["date"] or ""])
    if said["next_token"] is None:
        return StatsQuery(said["date"] or day_of(now), None, said["limit"], fingerprint)
    # The day is the first page's: the counts of today go on with that day after midnight.
    day, type_, state = tokens.open(said["next_token"], fingerprint).split("#")
    return StatsQuery(day, (type_, state), said["limit"], fingerprint)


def parse_day(request: Request, now: int) -> str:
    """The day that the page is asked for, by default today (UTC); raises Invalid."""
    day: str | None = DayParameters().load(request.query)["date"]
    return day or day_of(now)


def counts_answer(asked: StatsQuery, counts: Iterable[Count], tokens: PageTokens) -> Answer:
    """The answer to `GET /stats` with the first of these counts."""
    # Neither a type nor a state has a # in it.
    found = (
        (
            f"{one.date}#{one.type}#{one.state}",
            {"date": one.date, "type": one.type, "state": one.state, "count": one.count},
        )
        for one in counts
    )
    page = page_of(found, asked.limit)
    token = tokens.after(page, asked.fingerprint)
    headers = {} if token is None else {NEXT_PAGE: token}
    return Answer(200, f"[{','.join(page.items)}]", headers)
