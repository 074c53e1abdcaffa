import json
import re

import pytest

from lib.settings import PROJECT_ROOT
from main import FUNCTIONS


@pytest.fixture(scope="module")
def alarms(stack):
    """Every alarm, by the id of what it watches."""
    found = stack.all("aws_cloudwatch_metric_alarm")
    return {name.removeprefix("alarm_"): alarm for name, alarm in found.items()}


def metrics_of(alarm):
    """The metrics that an alarm looks at: namespace, name and dimensions."""
    if "metric_name" in alarm:
        return [(alarm["namespace"], alarm["metric_name"], alarm.get("dimensions"))]
    metrics = [query["metric"] for query in alarm["metric_query"] if "metric" in query]
    return [(one["namespace"], one["metric_name"], one.get("dimensions")) for one in metrics]


def expression_of(alarm):
    (expression,) = [one["expression"] for one in alarm["metric_query"] if "expression" in one]
    return expression


def test_every_alarm_publishes_to_the_alert_topic(alarms):
    for alarm in alarms.values():
        assert alarm["alarm_actions"] == ["${aws_sns_topic.alerts_topic.arn}"]
        assert "ok_actions" not in alarm


def test_that_an_alarm_is_over_is_told_and_that_it_was_made_is_not(stack):
    rule = stack.all("aws_cloudwatch_event_rule")["alarm_recovered"]
    pattern = json.loads(rule["event_pattern"])
    assert pattern["detail"] == {
        "alarmName": [{"prefix": "iot-pipeline-dev/"}],
        "state": {"value": ["OK"]},
        "previousState": {"value": ["ALARM"]},
    }
    for alarm in stack.all("aws_cloudwatch_metric_alarm").values():
        assert alarm["alarm_name"].startswith("iot-pipeline-dev/")
    target = stack.all("aws_cloudwatch_event_target")["alarm_told"]
    assert target["arn"] == "${aws_sns_topic.alerts_topic.arn}"
    told = target["input_transformer"]
    message = re.sub(r"<(\w+)>", r'"\1"', told["input_template"])
    message = json.loads(message)
    assert sorted(message.values()) == sorted(told["input_paths"])
    assert {"AlarmName", "NewStateValue", "OldStateValue", "AWSAccountId"} <= message.keys()


def test_eventbridge_may_publish_unconditionally_since_it_cannot_otherwise(stack, alarms):
    for type_, name in (("aws_sns_topic", "alerts_topic"), ("aws_kms_key", "encryption_key")):
        (allowed,) = [
            statement
            for statement in stack.policy(type_, name)
            if "events.amazonaws.com" in str(statement["Principal"])
        ]
        assert allowed["Effect"] == "Allow"
        assert "Condition" not in allowed
    rule = stack.all("aws_cloudwatch_event_rule")["alarm_recovered"]
    untold = alarms["recoveries_untold"]
    assert (untold["metric_name"], untold["dimensions"]) == (
        "FailedInvocations",
        {"RuleName": rule["name"]},
    )


@pytest.mark.parametrize("function", FUNCTIONS)
@pytest.mark.parametrize(("kind", "threshold"), [("errors", 10), ("throttles", 5)])
def test_every_function_has_the_promised_alarms(stack, alarms, function, kind, threshold):
    alarm = alarms[f"{function}_{kind}"]
    found = stack.all("aws_lambda_function")[f"{function}_function"]
    assert alarm["metric_name"] == kind.title()
    assert alarm["dimensions"] == {"FunctionName": found["function_name"]}
    assert (alarm["threshold"], alarm["period"], alarm["statistic"]) == (threshold, 300, "Sum")
    assert alarm["comparison_operator"] == "GreaterThanOrEqualToThreshold"


@pytest.mark.parametrize("function", FUNCTIONS)
def test_a_function_that_seldom_runs_need_not_crash_ten_times(alarms, function):
    alarm = alarms[f"{function}_crashes"]
    assert (expression_of(alarm), alarm["threshold"]) == ("100 * errors / runs", 50)
    assert [name for _, name, _ in metrics_of(alarm)] == ["Errors", "Invocations"]


@pytest.mark.parametrize("function", FUNCTIONS)
def test_whatever_is_logged_as_an_error_is_counted(stack, alarms, function):
    counted = stack.all("aws_cloudwatch_log_metric_filter")[f"{function}_failures"]
    metric = counted["metric_transformation"]
    ((namespace, name, _),) = metrics_of(alarms[f"{function}_failures"])
    assert (namespace, name) == (metric["namespace"], metric["name"])
    assert counted["pattern"] == '{ $.level = "ERROR" }'


def test_every_table_and_every_index_has_an_alarm_at_10_throttles_in_5_minutes(stack, alarms):
    watched = []
    for name, alarm in alarms.items():
        if not name.endswith("throttles") or "metric_query" not in alarm:
            continue
        assert (alarm["threshold"], expression_of(alarm)) == (10, "FILL(reads,0)+FILL(writes,0)")
        assert (alarm["evaluation_periods"], alarm["datapoints_to_alarm"]) == (3, 1)
        (reads, writes) = metrics_of(alarm)
        assert [reads[1], writes[1]] == ["ReadThrottleEvents", "WriteThrottleEvents"]
        assert reads[2] == writes[2]
        names = ("TableName", "GlobalSecondaryIndexName")
        watched.append(tuple(reads[2][name] for name in names if name in reads[2]))
    tables = stack.all("aws_dynamodb_table").values()
    places = [(table["name"],) for table in tables]
    places += [
        (table["name"], index["name"])
        for table in tables
        for index in table.get("global_secondary_index", ())
    ]
    assert len(places) > 12
    assert sorted(watched) == sorted(places)


def queues_of(stack, *, with_letters):
    """The names of the queues that hold dead letters, or of those that hold work."""
    queues = stack.all("aws_sqs_queue").values()
    work = {queue["name"] for queue in queues if "redrive_policy" in queue}
    return {queue["name"] for queue in queues} - work if with_letters else work


def watched_queues(alarms, kind):
    return {
        dimensions["QueueName"]
        for name, alarm in alarms.items()
        if name.endswith(kind)
        for _, _, dimensions in metrics_of(alarm)
    }


def test_a_single_dead_letter_is_an_alarm(stack, alarms):
    assert watched_queues(alarms, "_messages") == queues_of(stack, with_letters=True)
    for name, alarm in alarms.items():
        if name.endswith("_messages"):
            watched = alarm["threshold"], alarm["metric_name"]
            assert watched == (1, "ApproximateNumberOfMessagesVisible")


def test_work_that_waits_and_work_that_is_tried_in_vain_is_an_alarm(stack, alarms):
    work = queues_of(stack, with_letters=False)
    assert len(work) > 2
    assert watched_queues(alarms, "_age") == watched_queues(alarms, "_stuck") == work
    for name, alarm in alarms.items():
        if name.endswith("_age"):
            assert (alarm["metric_name"], alarm["threshold"]) == (
                "ApproximateAgeOfOldestMessage",
                600,
            )
        if name.endswith("_stuck"):
            assert expression_of(alarm) == (
                "IF(FILL(done,0) == 0, FILL(waiting,0) + FILL(tried,0), 0)"
            )
            assert (alarm["evaluation_periods"], alarm["datapoints_to_alarm"]) == (3, 3)


def test_what_fails_once_a_minute_is_an_alarm(alarms):
    failing = alarms["sweeping_failing"]
    assert metrics_of(failing) == metrics_of(alarms["sweep_failures"])
    assert failing["threshold"] <= 5


def test_what_runs_by_the_clock_is_missed_when_it_does_not(stack, alarms):
    rules = stack.all("aws_cloudwatch_event_rule").values()
    scheduled = [rule["name"] for rule in rules if "schedule_expression" in rule]
    stopped, not_started = alarms["sweeping_stopped"], alarms["sweeping_not_started"]
    assert scheduled == [not_started["dimensions"]["RuleName"]]
    assert not_started["metric_name"] == "FailedInvocations"
    assert metrics_of(stopped) == [
        ("AWS/Lambda", "Invocations", {"FunctionName": "alert-sweep-dev"})
    ]
    assert (stopped["comparison_operator"], stopped["threshold"]) == ("LessThanThreshold", 1)
    missing = {name: alarm["treat_missing_data"] for name, alarm in alarms.items()}
    assert missing.pop("sweeping_stopped") == "breaching"
    assert set(missing.values()) == {"notBreaching"}


def test_callers_that_are_failed_or_refused_are_an_alarm_however_few_there_are(alarms):
    assert expression_of(alarms["api_failing"]) == "100 * failed / calls"
    assert expression_of(alarms["api_refusals"]) == "IF(calls >= 10, 100 * refused / calls, 0)"


def test_an_alarm_address_is_subscribed(synthesise):
    (subscription,) = (
        synthesise(alarm_email="ops@example.org").all("aws_sns_topic_subscription").values()
    )
    assert (subscription["protocol"], subscription["endpoint"]) == ("email", "ops@example.org")


def test_readings_that_came_too_late_are_counted(stack):
    counted = stack.all("aws_cloudwatch_log_metric_filter")["readings_too_late"]
    assert counted["log_group_name"] == "${aws_cloudwatch_log_group.evaluate_logs.name}"
    (metric,) = [counted["metric_transformation"]]
    assert (metric["namespace"], metric["value"]) == ("IotPipeline/Alerting", "$.readings")
    source = (PROJECT_ROOT / "lambda/alerting/evaluation/evaluate.py").read_text()
    (event,) = re.findall(r'= "(\w+)"', counted["pattern"])
    assert f'"{event}"' in source
    assert "readings=len(late)" in source


def test_how_late_a_reading_may_be_is_a_setting(synthesise):
    functions = synthesise(lateness_seconds=60).all("aws_lambda_function")
    for name in ("evaluate", "sweep"):
        variables = functions[f"{name}_function"]["environment"]["variables"]
        assert variables["LATENESS_SECONDS"] == "60"
