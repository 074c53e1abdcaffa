"""The shapes of `GET /alerts` and its answer."""

from collections.abc import Iterable
from dataclasses import dataclass, replace

from alerting.alerts.model import ALERTS_KEPT_MS, STATUSES, Alert
from alerting.alerts.ports import AlertQuery
from alerting.alerts.representation import alert_representation
from alerting.rules.parsing import MAX_RULE_ID
from edge.http import Answer, Request, page_answer
from edge.pages import page_of
from edge.paging import PageTokens
from edge.query_parameters import limit_of, moment_of
from kernel import exact_json
from kernel.errors import Fault, Invalid
from kernel.parsing import MAX_TIMESTAMP, device_id_of, refuse_unknown, text_fault

_PARAMETERS = {"device_id", "rule_id", "status", "start", "end", "limit", "next_token"}
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
    faults: list[Fault] = []
    refuse_unknown(request.query, _PARAMETERS, "", faults)
    given = {name: request.one(name, faults) for name in sorted(_PARAMETERS)}
    if given["device_id"] is not None:
        device_id_of(given["device_id"], "device_id", faults)
    if given["rule_id"] is not None and (fault := _rule_id_fault(given["rule_id"])):
        faults.append(Fault("rule_id", fault))
    if given["status"] is not None and given["status"] not in STATUSES:
        faults.append(Fault("status", f"must be {' or '.join(STATUSES)}"))
    start = 0 if given["start"] is None else moment_of(given["start"], "start", faults)
    end = MAX_TIMESTAMP + 1 if given["end"] is None else moment_of(given["end"], "end", faults)
    limit = limit_of(given["limit"], faults)
    if not faults and end <= start:
        faults.append(Fault("end", "must be later than start"))
    if faults:
        raise Invalid(faults)
    names = ("device_id", "rule_id", "status")
    asked = {name: given[name] or "" for name in (*names, "start", "end")}
    fingerprint = exact_json.dumps(["alerts", asked])
    # What has expired may stand in the table for days until it is removed.
    kept = max(start, now - ALERTS_KEPT_MS)
    query = AlertQuery(kept, end, **{name: given[name] for name in names})
    if given["next_token"] is not None:
        query = replace(query, after=tokens.open(given["next_token"], fingerprint))
    return AlertRequest(query, limit, fingerprint)


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


def _rule_id_fault(rule_id: str) -> str | None:
    return text_fault(rule_id, MAX_RULE_ID) if rule_id else "must not be empty"
