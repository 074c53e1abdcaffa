"""The functions of rules and alerts, from the call to the alert."""

import json

import pytest
from samples.signed_calls import now_ms
from samples.waiting import wait_until

from functions.alerting import alerts, rules, sweep
from kernel.clock import DAY_MS

RULE = {"device_id": "device-1", "metric": "temperature", "operator": ">", "threshold": 60}


def create(pipeline, headers=None, **more):
    status, rule, _ = pipeline.call(rules, "POST /rules", {**RULE, **more}, headers=headers)
    assert status == 201, rule
    return rule


def by_id(pipeline, method, rule_id, body=None, **how):
    return pipeline.call(
        rules, f"{method} /rules/{{rule_id}}", body, path={"rule_id": rule_id}, **how
    )


def found(pipeline, **parameters):
    status, answer, _ = pipeline.call(alerts, "GET /alerts", query=parameters)
    assert status == 200, answer
    return answer["alerts"]


def send(pipeline, temperature, at=None, device_id="device-1"):
    """Send a reading and let it come to rest."""
    at = at or now_ms()
    pipeline.ingest(
        {"device_id": device_id, "sensor_data": {"temperature": temperature}, "timestamp": at}
    )
    assert pipeline.process() == []
    assert pipeline.evaluate() == []
    return at


def test_a_reading_that_crosses_a_threshold_is_an_alert_and_people_are_told(pipeline):
    rule = create(pipeline, severity="critical")
    at = send(pipeline, 61.2)
    (alert,) = found(pipeline, device_id="device-1")
    assert (alert["rule_id"], alert["actual_value"], alert["fired_at"]) == (
        rule["rule_id"],
        61.2,
        at,
    )
    (message,) = pipeline.messages(pipeline.people_url)
    published = json.loads(message["Body"])
    assert json.loads(published["Message"]) == alert
    attributes = {name: one["Value"] for name, one in published["MessageAttributes"].items()}
    assert attributes == {
        "severity": "critical",
        "device_id": "device-1",
        "rule_id": rule["rule_id"],
    }


def test_the_same_messages_once_more_change_nothing(pipeline):
    create(pipeline)
    pipeline.ingest({"device_id": "device-1", "sensor_data": {"temperature": 61}})
    pipeline.process()
    bodies = [message["Body"] for message in pipeline.messages(pipeline.evaluation_url)]
    for _ in range(2):
        assert pipeline.evaluate(*bodies) == []
        pipeline.restart()
    assert len(found(pipeline)) == 1
    assert len(pipeline.messages(pipeline.people_url)) == 1


@pytest.mark.parametrize(
    ("service", "operation"), [("dynamodb", "TransactWriteItems"), ("sns", "Publish")]
)
def test_an_evaluator_that_dies_after_any_step_fires_once_and_people_are_told(
    pipeline, monkeypatch, service, operation
):
    create(pipeline)
    pipeline.ingest({"device_id": "device-1", "sensor_data": {"temperature": 61}})
    pipeline.process()
    (message,) = pipeline.messages(pipeline.evaluation_url)
    pipeline.kill_after(service, operation)
    with pytest.raises(SystemExit):
        pipeline.evaluate(message["Body"])
    pipeline.relent()
    pipeline.restart()
    assert pipeline.evaluate(message["Body"]) == []
    assert len(found(pipeline)) == 1
    monkeypatch.setattr("alerting.alerts.publishing._LEFT_ALONE_MS", -1)
    pipeline.invoke(sweep, {})
    told = [
        json.loads(json.loads(one["Body"])["Message"])["alert_id"]
        for one in pipeline.messages(pipeline.people_url)
    ]
    assert set(told) == {found(pipeline)[0]["alert_id"]}


def test_an_alert_that_could_not_be_told_is_told_by_the_sweep(pipeline, monkeypatch):
    create(pipeline)
    pipeline.refuse("sns", "Publish", "InternalError", 500)
    send(pipeline, 61)
    pipeline.relent()
    assert pipeline.messages(pipeline.people_url) == []
    monkeypatch.setattr("alerting.alerts.publishing._LEFT_ALONE_MS", -1)
    for _ in range(2):
        pipeline.invoke(sweep, {})
    assert len(pipeline.messages(pipeline.people_url)) == 1
    assert len(found(pipeline)) == 1


def test_a_device_that_falls_silent_is_an_alert_until_it_speaks(pipeline, monkeypatch):
    monkeypatch.setattr("alerting.rules.ports.FOLLOWED_UP_AFTER_MS", -1)
    status, rule, _ = pipeline.call(rules, "POST /rules", {"device_id": "device-1", "no_data": 1})
    assert status == 201

    def sweep_and_look():
        pipeline.invoke(sweep, {})
        return found(pipeline, status="triggered")

    (alert,) = wait_until(sweep_and_look)
    assert alert["fired_at"] == rule["created_at"] + 1_000
    at = send(pipeline, 20)
    (resolved,) = found(pipeline)
    assert (resolved["status"], resolved["resolved_at"]) == ("resolved", at)


def test_poison_goes_to_the_dead_letters_and_the_others_are_evaluated(pipeline):
    create(pipeline)
    pipeline.ingest({"device_id": "device-1", "sensor_data": {"temperature": 61}})
    pipeline.process()
    (good,) = pipeline.messages(pipeline.evaluation_url)
    assert pipeline.evaluate('{"v": 2}', good["Body"], "[") == []
    assert len(found(pipeline)) == 1
    letters = pipeline.dead_letters("evaluation")
    reasons = [letter["MessageAttributes"]["reason"]["StringValue"] for letter in letters]
    assert len(reasons) == 2
    assert reasons[0] == "v: is not a message version that this pipeline knows"
    functions = {letter["MessageAttributes"]["function"]["StringValue"] for letter in letters}
    assert functions == {"evaluate"}


@pytest.mark.parametrize("operation", ["TransactWriteItems", "GetItem", "Query", "BatchGetItem"])
def test_a_message_that_could_not_be_evaluated_comes_again(pipeline, operation):
    create(pipeline)
    pipeline.ingest({"device_id": "device-1", "sensor_data": {"temperature": 61}})
    pipeline.process()
    (message,) = pipeline.messages(pipeline.evaluation_url)
    pipeline.refuse("dynamodb", operation, "InternalServerError", 500)
    assert pipeline.evaluate(message["Body"]) == [0]
    pipeline.relent()
    assert pipeline.evaluate(message["Body"]) == []
    assert len(found(pipeline)) == 1


def test_backfill_fires_nothing(pipeline):
    create(pipeline)
    pipeline.ingest(
        {
            "device_id": "device-1",
            "sensor_data": {"temperature": 99},
            "timestamp": now_ms() - 7 * DAY_MS - 1_000,
        }
    )
    assert pipeline.process() == []
    assert pipeline.messages(pipeline.evaluation_url) == []


def test_a_rule_lives_through_its_calls(pipeline):
    rule = create(pipeline)
    assert by_id(pipeline, "GET", rule["rule_id"])[:2] == (200, rule)
    status, replaced, _ = by_id(pipeline, "PUT", rule["rule_id"], {**RULE, "threshold": 70})
    assert (status, replaced["threshold"], replaced["created_at"]) == (200, 70, rule["created_at"])
    listed = pipeline.call(rules, "GET /rules", query={"device_id": "device-1"})[1]
    assert listed == {"count": 1, "rules": [replaced]}
    assert by_id(pipeline, "DELETE", rule["rule_id"])[:2] == (204, None)
    for method in ("GET", "DELETE"):
        status, answer, _ = by_id(pipeline, method, rule["rule_id"])
        assert (status, answer["error"]["code"]) == (404, "NOT_FOUND")
    assert by_id(pipeline, "PUT", rule["rule_id"], RULE)[0] == 404
    assert by_id(pipeline, "GET", "r" * 3_000)[0] == 404
    assert pipeline.call(rules, "GET /rules")[1] == {"count": 0, "rules": []}


def test_a_rule_that_is_made_twice_is_one_rule(pipeline):
    assert create(pipeline) == create(pipeline)
    assert pipeline.call(rules, "GET /rules")[1]["count"] == 1


def test_a_rule_that_has_changed_since_does_not_stand_for_the_one_it_was(pipeline):
    first = create(pipeline)
    by_id(pipeline, "PUT", first["rule_id"], {**RULE, "threshold": 70})
    second = create(pipeline)
    assert second["rule_id"] != first["rule_id"]
    assert create(pipeline) == second


def test_an_idempotency_key_is_good_for_one_rule_only(pipeline):
    key = {"Idempotency-Key": "one"}
    first, second = create(pipeline), create(pipeline, threshold=80)
    changed = {**RULE, "name": "hot"}
    assert by_id(pipeline, "PUT", first["rule_id"], changed, headers=key)[0] == 200
    assert by_id(pipeline, "PUT", first["rule_id"], changed, headers=key)[0] == 200
    assert by_id(pipeline, "PUT", second["rule_id"], changed, headers=key)[0] == 409


def test_bad_rules_are_refused_and_nothing_is_kept(pipeline):
    status, answer, _ = pipeline.call(rules, "POST /rules", {**RULE, "operator": "~"})
    assert (status, answer["error"]["code"]) == (400, "VALIDATION_ERROR")
    assert answer["error"]["details"][0]["path"] == "operator"
    assert pipeline.call(rules, "GET /rules")[1]["count"] == 0


def test_the_api_key_is_asked_for_once_it_is_set(pipeline):
    pipeline.set_parameter("api_key", "open sesame")
    pipeline.restart()
    assert pipeline.call(rules, "GET /rules")[0] == 403
    assert pipeline.call(alerts, "GET /alerts")[0] == 403
    given = {"x-api-key": "open sesame"}
    assert pipeline.call(alerts, "GET /alerts", headers=given)[0] == 200
