import re

import pytest

from lib.settings import PROJECT_ROOT
from main import FUNCTIONS

TABLES = (
    "raw",
    "processed",
    "idempotency",
    "alert_rules",
    "triggered_alerts",
    "rule_states",
    "counts",
)


def test_every_alarm_publishes_to_the_alert_topic(stack):
    for alarm in stack.all("aws_cloudwatch_metric_alarm").values():
        assert alarm["alarm_actions"] == ["${aws_sns_topic.alerts_topic.arn}"]
        assert alarm["ok_actions"] == alarm["alarm_actions"]
        assert alarm["treat_missing_data"] == "notBreaching"


@pytest.mark.parametrize("function", FUNCTIONS)
@pytest.mark.parametrize(("kind", "threshold"), [("errors", 10), ("throttles", 5)])
def test_every_function_has_the_promised_alarms(stack, function, kind, threshold):
    alarm = stack.all("aws_cloudwatch_metric_alarm")[f"alarm_{function}_{kind}"]
    found = stack.all("aws_lambda_function")[f"{function}_function"]
    assert alarm["metric_name"] == kind.title()
    assert alarm["dimensions"] == {"FunctionName": found["function_name"]}
    assert (alarm["threshold"], alarm["period"], alarm["statistic"]) == (threshold, 300, "Sum")
    assert alarm["comparison_operator"] == "GreaterThanOrEqualToThreshold"


@pytest.mark.parametrize("function", FUNCTIONS)
def test_errors_that_the_code_catches_are_an_alarm_too(stack, function):
    counted = stack.all("aws_cloudwatch_log_metric_filter")[f"{function}_failures"]
    alarm = stack.all("aws_cloudwatch_metric_alarm")[f"alarm_{function}_failures"]
    metric = counted["metric_transformation"]
    assert (alarm["namespace"], alarm["metric_name"]) == (metric["namespace"], metric["name"])
    assert alarm["threshold"] == 10
    source = "".join(file.read_text() for file in (PROJECT_ROOT / "lambda").rglob("*.py"))
    events = re.findall(r'= "(\w+)"', counted["pattern"])
    assert len(events) == 7
    for event in events:
        assert f'logs.error("{event}"' in source


@pytest.mark.parametrize("table", TABLES)
def test_every_table_has_an_alarm_at_10_throttles_in_5_minutes(stack, table):
    alarm = stack.all("aws_cloudwatch_metric_alarm")[f"alarm_{table}_throttles"]
    metrics = [query["metric"] for query in alarm["metric_query"] if "metric" in query]
    assert alarm["threshold"] == 10
    assert {one["metric_name"] for one in metrics} == {"ReadThrottleEvents", "WriteThrottleEvents"}
    assert {one["period"] for one in metrics} == {300}


def test_a_single_dead_letter_is_an_alarm(stack):
    for name in (
        "ingestion_dead_letters",
        "evaluation_dead_letters",
        "states_dead_letters",
        "failed_invocations",
    ):
        alarm = stack.all("aws_cloudwatch_metric_alarm")[f"alarm_{name}_messages"]
        assert (alarm["threshold"], alarm["metric_name"]) == (
            1,
            "ApproximateNumberOfMessagesVisible",
        )


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
    source = (PROJECT_ROOT / "lambda/alerting/evaluate.py").read_text()
    (event,) = re.findall(r'= "(\w+)"', counted["pattern"])
    assert f'"{event}"' in source
    assert "readings=len(late)" in source


def test_how_late_a_reading_may_be_is_a_setting(synthesise):
    functions = synthesise(lateness_seconds=60).all("aws_lambda_function")
    for name in ("evaluate", "sweep"):
        variables = functions[f"{name}_function"]["environment"]["variables"]
        assert variables["LATENESS_SECONDS"] == "60"
