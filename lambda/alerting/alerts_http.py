"""The shapes of `GET /alerts` and its answer."""

from collections.abc import Iterable
from dataclasses import dataclass, replace

from alerting.alerts.model import ALERTS_KEPT_MS, Alert
from alerting.alerts.ports import AlertQuery
from alerting.alerts.representation import alert_representation
from alerting.requests import AlertParameters
from edge.http import Answer, Request, page_answer
from edge.pages import page_of
from edge.paging import PageTokens
from kernel import exact_json

# A page that few alerts qualify for ends rather than keep its caller waiting.
MAX_LOOKED_AT = 10_000


@dataclass(frozen=True, slots=True)
class AlertRequest:
    """Alerts asked for, how many a page may have, and what its tokens fit."""

    query: AlertQuery
    limit: int
    fingerprint: str


def parse_alert_query(request: Request, now: int, tokens: PageTokens) -> AlertRequest:
    """Read the parameters of `GET /alerts`; raises Invalid with every fault."""
    said = AlertParameters().load(request.query)
    names = ("device_id", "rule_id", "status")
    given = request.given(*names, "start", "end")
    fingerprint = exact_json.dumps(["alerts", {name: given[name] or "" for name in given}])
    start, end = AlertParameters.span(said)
    # What has expired may stand in the table for days until it is removed.
    kept = max(start, now - ALERTS_KEPT_MS)
    query = AlertQuery(kept, end, **{name: said[name] for name in names})
    if said["next_token"] is not None:
        query = replace(query, after=tokens.open(said["next_token"], fingerprint))
    return AlertRequest(query, said["limit"], fingerprint)


def found_alerts(
    asked: AlertRequest, alerts: Iterable[tuple[str, Alert | None]], tokens: PageTokens
) -> Answer:
    """The answer to `GET /alerts` with the first of these alerts, each given with its position;
    None stands for one that does not qualify."""
    found = (
        (position, alert_representation(alert) if alert else None) for position, alert in alerts
    )
    page = page_of(found, asked.limit, MAX_LOOKED_AT)
    return page_answer("alerts", page, tokens.after(page, asked.fingerprint))
