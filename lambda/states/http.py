"""The shapes of device states: `POST /ingest` with them, `GET /stats` and `GET /stats-html`."""

from collections.abc import Iterable
from dataclasses import dataclass

from edge.http import Answer, Request, json_answer
from edge.idempotency import Attempt
from edge.pages import page_of
from edge.paging import PageTokens
from edge.query_parameters import limit_of
from kernel import exact_json
from kernel.clock import day_of
from kernel.errors import Fault, Invalid
from kernel.parsing import object_of, refuse_unknown
from states.model import Count, StateSubmission, submission_digest
from states.parsing import day_of_text, parse_states

NEXT_PAGE = "X-Next-Token"

_FIELD = "processed_devices"
_PARAMETERS = {"date", "limit", "next_token"}


@dataclass(frozen=True, slots=True)
class StatsQuery:
    """A day's counts, strictly `after` a type and state if they are given, and what its tokens fit.

    limit: how many counts the page may have; None for as many as an answer can hold.
    """

    day: str
    after: tuple[str, str] | None
    limit: int | None
    fingerprint: str


def brings_device_states(body: bytes) -> bool:
    """Whether a body of `POST /ingest` is of device states; raises Malformed."""
    # Most bodies are of readings, and need not be read twice.
    return _FIELD.encode() in body and _FIELD in object_of(body)


def parse_submission(body: bytes, attempt: Attempt) -> StateSubmission:
    """Read device states; raises Malformed, or Invalid with every fault."""
    states = parse_states(body, attempt.arrived_at)
    # Without a key the content tells a repeat, with one the key does: equal bodies under keys of
    # their own are submissions of their own.
    digest = submission_digest(body, attempt.request_id if attempt.keyed else "")
    return StateSubmission(body, digest, attempt.arrived_at, attempt.request_id, states)


def states_accepted(submission: StateSubmission) -> Answer:
    """The answer to `POST /ingest` once the device states are kept."""
    content = {
        "status": "accepted",
        "raw_key": submission.raw_key,
        "enqueued": len(submission.states),
    }
    return json_answer(200, content)


def parse_stats_query(request: Request, now: int, tokens: PageTokens) -> StatsQuery:
    """Read the parameters of `GET /stats`; raises Invalid with every fault."""
    faults: list[Fault] = []
    refuse_unknown(request.query, _PARAMETERS, "", faults)
    given = {name: request.one(name, faults) for name in sorted(_PARAMETERS)}
    day = _day_of(given["date"], now, faults)
    limit = None if given["limit"] is None else limit_of(given["limit"], faults)
    if faults:
        raise Invalid(faults)
    fingerprint = exact_json.dumps(["stats", given["date"] or ""])
    if given["next_token"] is None:
        return StatsQuery(day, None, limit, fingerprint)
    # The day is the first page's: the counts of today go on with that day after midnight.
    day, type_, state = tokens.open(given["next_token"], fingerprint).split("#")
    return StatsQuery(day, (type_, state), limit, fingerprint)


def parse_day(request: Request, now: int) -> str:
    """The day that the page is asked for, by default today (UTC); raises Invalid."""
    faults: list[Fault] = []
    refuse_unknown(request.query, {"date"}, "", faults)
    day = _day_of(request.one("date", faults), now, faults)
    if faults:
        raise Invalid(faults)
    return day


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


def _day_of(given: str | None, now: int, faults: list[Fault]) -> str:
    return day_of(now) if given is None else day_of_text(given, "date", faults)
