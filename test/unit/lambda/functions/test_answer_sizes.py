"""However long the texts are that callers gave, Lambda can answer what is listed."""

import json

from samples.rules import a_rule
from samples.signed_calls import now_ms

from alerting.adapters.items import alert_item, rule_item
from alerting.model import Alert, Threshold
from functions import alert_query, rules

LAMBDA_ANSWER_BYTES = 6_000_000
# Nothing is longer in JSON: four bytes as they are sent, twelve when they are answered.
LONG_TEXT = "\U0001f600" * 1_024
LONG_CONDITION = Threshold("mode", "==", LONG_TEXT)


def pages(pipeline, function, route, **query):
    """Every page that a route answers with."""
    while True:
        answer = function.handler(pipeline.event(route, query=query), None)
        assert answer["statusCode"] == 200, answer["body"]
        assert len(json.dumps(answer)) < LAMBDA_ANSWER_BYTES
        page = json.loads(answer["body"])
        yield page
        if "next_token" not in page:
            return
        query["next_token"] = page["next_token"]


def test_rules_with_long_texts_come_in_pages_that_can_be_answered(pipeline):
    made = [a_rule(LONG_CONDITION, description=LONG_TEXT, name=f"{n}") for n in range(300)]
    for rule in made:
        pipeline.aws("dynamodb").put_item(TableName="rules", Item=rule_item(rule))
    for device in ({}, {"device_id": "device-1"}):
        found = list(pages(pipeline, rules, "GET /rules", limit="1000", **device))
        assert len(found) > 1
        names = [rule["name"] for page in found for rule in page["rules"]]
        assert sorted(names, key=int) == [f"{n}" for n in range(300)]


def test_alerts_with_long_texts_come_in_pages_that_can_be_answered(pipeline):
    now = now_ms()
    for n in range(300):
        alert = Alert(
            alert_id=f"{n}",
            rule_id="rule",
            rule_name=LONG_TEXT[:128],
            rule_revision="revision",
            device_id="device-1",
            severity="critical",
            condition=LONG_CONDITION,
            fired_at=now - n,
            actual_value=LONG_TEXT,
        )
        pipeline.aws("dynamodb").put_item(TableName="alerts", Item=alert_item(alert, now))
    found = list(pages(pipeline, alert_query, "GET /alerts", limit="1000"))
    assert len(found) > 1
    assert [one["alert_id"] for page in found for one in page["alerts"]] == [
        f"{n}" for n in range(300)
    ]
