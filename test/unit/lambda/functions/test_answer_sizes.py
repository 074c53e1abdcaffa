"""However long the texts are that callers gave, Lambda can answer what is listed."""

import json
import time
from itertools import islice

from samples.rules import a_rule
from samples.signed_calls import now_ms
from samples.states import long_names

from alerting.alerts.adapters.items import alert_item
from alerting.alerts.model import Alert
from alerting.rules.adapters.items import rule_item
from alerting.rules.definition import Threshold
from functions.alerting import alerts, rules
from functions.states import recount, stats
from functions.telemetry import ingest
from kernel.adapters.dynamodb import to_item
from states.messages import CountMessage
from states.model import Count

LAMBDA_ANSWER_BYTES = 6_000_000
# Nothing is longer in JSON: four bytes as they are sent, twelve when they are answered.
LONG_TEXT = "\U0001f600" * 1_024
LONG_CONDITION = Threshold("mode", "==", LONG_TEXT)


def pages(pipeline, function, route, **query):
    """Every page that a route answers with."""
    while True:
        answer = pipeline.invoke(function, pipeline.event(route, query=query))
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
        pipeline.aws("dynamodb").put_item(
            TableName=pipeline.table("alert_rules"), Item=rule_item(rule)
        )
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
        pipeline.aws("dynamodb").put_item(
            TableName=pipeline.table("triggered_alerts"), Item=alert_item(alert, now)
        )
    found = list(pages(pipeline, alerts, "GET /alerts", limit="1000"))
    assert len(found) > 1
    assert [one["alert_id"] for page in found for one in page["alerts"]] == [
        f"{n}" for n in range(300)
    ]


def ten_thousand(pipeline):
    """Take 10,000 device states in that are all different, and give the chunks to be counted."""
    for first in (0, 5_000):
        status, answer, _ = pipeline.call(ingest, "POST /ingest", long_names(first))
        assert status == 200, answer
    messages = pipeline.messages(pipeline.states_url)
    return [CountMessage.decode(one["Body"]).chunk for one in messages]


def counter(count):
    """A count as its table holds it."""
    values = {"date": count.date, "type": count.type, "state": count.state, "count": count.count}
    return to_item({**values, "type_state": f"{count.type}#{count.state}"})


def put(pipeline, table, items):
    """Put items into a table: a transaction would copy the whole table of an AWS in memory."""
    left = iter(items)
    while batch := [{"PutRequest": {"Item": item}} for item in islice(left, 25)]:
        pipeline.aws("dynamodb").batch_write_item(RequestItems={table: batch})


def test_counts_with_long_names_come_in_pages_that_can_be_answered(pipeline):
    counts = [count for chunk in ten_thousand(pipeline) for count in chunk.counts]
    put(pipeline, pipeline.table("counts"), map(counter, counts))
    found, sizes, asked = [], [], {"date": counts[0].date}
    while "next_token" not in asked or asked["next_token"]:
        answer = pipeline.invoke(stats, pipeline.event("GET /stats", query=asked))
        assert answer["statusCode"] == 200, answer["body"]
        assert len(json.dumps(answer)) < LAMBDA_ANSWER_BYTES
        page = json.loads(answer["body"])
        found += [Count(**one) for one in page]
        sizes.append(len(page))
        asked["next_token"] = answer["headers"].get("X-Next-Token")
    assert found == sorted(counts)
    assert len(found) == 10_000
    assert len(sizes) == 2


def test_the_page_of_a_day_with_long_names_opens_at_once(pipeline, overhear):
    items = [counter(count) for chunk in ten_thousand(pipeline) for count in chunk.counts]
    overhear("dynamodb", "Query", lambda _parameters: (200, {"Items": items}))
    asked = pipeline.event("GET /stats-html", query={"date": "1970-01-01"})
    began = time.process_time()
    answer = pipeline.invoke(stats, asked)
    assert time.process_time() - began < 2
    assert len(json.dumps(answer)) < LAMBDA_ANSWER_BYTES
    assert "9,000 more rows" in answer["body"]


def test_a_recount_of_a_day_with_long_names_tells_what_it_can_and_how_much_more(pipeline):
    markers = ({"id": chunk.marker, "expires_at": now_ms()} for chunk in ten_thousand(pipeline))
    put(pipeline, pipeline.table("idempotency"), map(to_item, markers))
    answer = pipeline.invoke(recount, {"date": "1970-01-01"})
    assert len(json.dumps(answer)) < LAMBDA_ANSWER_BYTES
    assert answer["counters"] == 10_000
    assert len(answer["differences"]) + answer["more_differences"] == 10_000
    assert len(answer["differences"]) > 5_000
