import json

import pytest
from samples.api_calls import api_call
from samples.movements import moved
from samples.readings import START, reading
from samples.rules import a_rule, above

from alerting.alerts.ports import AlertQuery
from alerting.alerts_http import MAX_LOOKED_AT, found_alerts, parse_alert_query
from edge.http import Request
from edge.paging import PageTokens
from kernel.clock import DAY_MS
from kernel.errors import Invalid
from kernel.parsing import MAX_TIMESTAMP

TOKENS = PageTokens("secret")
KEPT = START - 90 * DAY_MS
RULE = a_rule(above(60), severity="critical")
MOVEMENT = moved(RULE, reading(temperature=61), reading(timestamp=START + 5, temperature=1))
(ALERT,) = MOVEMENT.fired.values()


def query(**parameters):
    return parse_alert_query(Request.of(api_call("GET /alerts", query=parameters)), START, TOKENS)


def test_without_parameters_everything_that_is_kept_is_asked_for():
    asked = query()
    assert asked.query == AlertQuery(KEPT, MAX_TIMESTAMP + 1)
    assert asked.limit == 100


def test_every_parameter_narrows_the_query():
    asked = query(
        device_id="D1", rule_id="r", status="resolved", start=str(START), end="2025-11-22T00:00:00Z"
    )
    expected = AlertQuery(START, START + DAY_MS, "D1", "r", "resolved")
    assert asked.query == expected


def test_what_has_expired_is_not_shown():
    assert query(start="0").query.start == KEPT


def test_a_page_token_leads_on_in_the_same_query_only():
    asked = query(status="triggered", limit="1")
    answer = json.loads(found_alerts(asked, [("place", ALERT), ("end", ALERT)], TOKENS).body)
    again = query(status="triggered", limit="1", next_token=answer["next_token"])
    assert again.query.after == "place"
    with pytest.raises(Invalid):
        query(status="resolved", next_token=answer["next_token"])


def test_a_page_that_few_qualify_for_ends_early_and_leads_on():
    asked = query(device_id="D1", status="triggered")
    others = ((f"{n}", None) for n in range(MAX_LOOKED_AT + 1))
    answer = json.loads(found_alerts(asked, others, TOKENS).body)
    assert answer["count"] == 0
    again = query(device_id="D1", status="triggered", next_token=answer["next_token"])
    assert again.query.after == f"{MAX_LOOKED_AT - 1}"


@pytest.mark.parametrize(
    "parameters",
    [
        {"device_id": "*"},
        {"rule_id": ""},
        {"rule_id": "r" * 129},
        {"status": "open"},
        {"start": "yesterday"},
        {"limit": "1001"},
        {"severity": "info"},
        {"end": "0"},
    ],
)
def test_parameters_that_do_not_fit_are_named(parameters):
    with pytest.raises(Invalid) as refused:
        query(**parameters)
    assert {fault.path for fault in refused.value.faults} == set(parameters)


def test_an_alert_says_what_was_seen_and_what_was_watched_for():
    answer = found_alerts(query(), [("place", ALERT)], TOKENS)
    assert json.loads(answer.body) == {
        "count": 1,
        "alerts": [
            {
                "alert_id": ALERT.alert_id,
                "rule_id": RULE.rule_id,
                "device_id": "device-1",
                "metric": "temperature",
                "operator": ">",
                "threshold": 60,
                "actual_value": 61,
                "severity": "critical",
                "status": "resolved",
                "fired_at": START,
                "resolved_at": START + 5,
            }
        ],
    }
