import json
import re

import pytest

from kernel.settings import PipelineConfig
from lib.settings import PROJECT_ROOT

FUNCTIONS = ("ingest", "process", "query", "replay")
ROUTES = {
    "POST/ingest": "data-ingestion",
    "POST/events": "data-ingestion",
    "POST/process": "data-replay",
    "GET/query": "data-query",
    "GET/devices/*/events": "data-query",
    "GET/health": "data-query",
}
TABLES = ("raw_table", "processed_table", "idempotency_table")
# Services whose actions know no resources.
WITHOUT_RESOURCES = ("xray:", "cloudwatch:", "logs:DescribeLogGroups", "logs:GetQueryResults")


def test_every_method_is_aws_iam(stack):
    methods = stack.all("aws_api_gateway_method")
    assert len(methods) == len(ROUTES)
    assert {method["authorization"] for method in methods.values()} == {"AWS_IAM"}


def test_every_route_may_invoke_its_own_function_and_no_other(stack):
    permissions = stack.all("aws_lambda_permission").values()
    allowed = {
        one["source_arn"].partition("execution_arn}")[2]: one["function_name"]
        for one in permissions
    }
    assert allowed == {f"/*/{route}": f"{name}-dev" for route, name in ROUTES.items()}
    assert {one["principal"] for one in permissions} == {"apigateway.amazonaws.com"}


def test_the_deployment_follows_what_the_api_is_and_not_the_time(stack, synthesise):
    def digest(of):
        return of.all("aws_api_gateway_deployment")["api_deployment"]["triggers"]["definition"]

    assert digest(stack) == digest(synthesise())
    assert digest(stack) != digest(synthesise(environment_suffix="other"))


def test_a_change_of_what_callers_are_told_is_deployed_too(stack, synthesise, monkeypatch):
    def digest(of):
        return of.all("aws_api_gateway_deployment")["api_deployment"]["triggers"]["definition"]

    monkeypatch.setattr("lib.constructs.signed_api._RETRY_AFTER_SECONDS", 7)
    assert digest(synthesise()) != digest(stack)


def test_the_stage_is_throttled_and_traced(stack):
    assert stack.all("aws_api_gateway_stage")["api_stage"]["xray_tracing_enabled"] is True
    settings = stack.all("aws_api_gateway_method_settings")["api_limits"]
    assert (settings["method_path"], settings["settings"]["throttling_rate_limit"]) == (
        "*/*",
        1_000,
    )


@pytest.mark.parametrize("table", TABLES)
def test_every_table_is_on_demand_recoverable_and_encrypted_with_the_stacks_key(stack, table):
    found = stack.all("aws_dynamodb_table")[table]
    assert found["billing_mode"] == "PAY_PER_REQUEST"
    assert found["point_in_time_recovery"] == {"enabled": True}
    assert found["server_side_encryption"]["enabled"] is True
    assert "encryption_key" in found["server_side_encryption"]["kms_key_arn"]


def test_tables_and_functions_are_named_as_promised(stack):
    assert {table["name"] for table in stack.all("aws_dynamodb_table").values()} == {
        "raw-sensor-data-dev",
        "processed-data-dev",
        "idempotency-dev",
    }
    assert {one["function_name"] for one in stack.all("aws_lambda_function").values()} == {
        "data-ingestion-dev",
        "data-processor-dev",
        "data-query-dev",
        "data-replay-dev",
    }


@pytest.mark.parametrize("function", FUNCTIONS)
def test_every_function_is_traced_has_its_own_role_and_a_dead_letter_queue(stack, function):
    found = stack.all("aws_lambda_function")[f"{function}_function"]
    assert found["runtime"] == "python3.11"
    assert found["tracing_config"] == {"mode": "Active"}
    assert f"aws_iam_role.{function}_role." in found["role"]
    assert "failed_invocations_queue" in found["dead_letter_config"]["target_arn"]
    assert len(found["layers"]) == 1
    assert "encryption_key" in found["kms_key_arn"]


@pytest.mark.parametrize("function", ["ingest", "process", "query"])
def test_the_main_functions_reserve_a_hundred_runs_or_what_is_set(stack, synthesise, function):
    def reserved(of):
        found = of.all("aws_lambda_function")[f"{function}_function"]
        return found.get("reserved_concurrent_executions")

    assert reserved(stack) == 100
    assert reserved(synthesise(reserved_concurrency=7)) == 7
    assert reserved(synthesise(reserved_concurrency=0)) is None


@pytest.mark.parametrize("function", FUNCTIONS)
def test_every_log_group_is_there_before_its_function_encrypted_and_kept_30_days(stack, function):
    group = stack.all("aws_cloudwatch_log_group")[f"{function}_logs"]
    found = stack.all("aws_lambda_function")[f"{function}_function"]
    assert group["name"] == f"/aws/lambda/{found['function_name']}"
    assert group["retention_in_days"] == 30
    assert "encryption_key" in group["kms_key_id"]
    assert f"aws_cloudwatch_log_group.{function}_logs" in found["depends_on"]


@pytest.mark.parametrize("function", FUNCTIONS)
def test_no_grant_has_a_wildcard_where_the_service_knows_resources(stack, function):
    for statement in stack.policy("aws_iam_role_policy", f"{function}_permissions"):
        assert statement["Effect"] == "Allow"
        for action in statement["Action"]:
            assert "*" not in action
            if statement["Resource"] == ["*"]:
                assert action.startswith(WITHOUT_RESOURCES), action


@pytest.mark.parametrize("caller", ["writer", "reader", "operator"])
def test_no_caller_is_granted_a_wildcard_action(stack, caller):
    for statement in stack.policy("aws_iam_policy", f"{caller}_policy"):
        assert not [action for action in statement["Action"] if "*" in action]
        if statement["Resource"] == ["*"]:
            assert all(action.startswith(WITHOUT_RESOURCES) for action in statement["Action"])


def test_every_work_queue_has_a_dead_letter_queue_and_hides_messages_long_enough(stack):
    queues = stack.all("aws_sqs_queue")
    timeouts = {name: one["timeout"] for name, one in stack.all("aws_lambda_function").items()}
    work = queues["ingestion_queue"]
    redrive = json.loads(work["redrive_policy"])
    assert "ingestion_dead_letters_queue" in redrive["deadLetterTargetArn"]
    assert redrive["maxReceiveCount"] == 5
    assert work["visibility_timeout_seconds"] >= 6 * timeouts["process_function"]


def test_every_queue_and_topic_is_encrypted_and_refuses_plain_http(stack):
    stores = {**stack.all("aws_sqs_queue"), **stack.all("aws_sns_topic")}
    assert len(stores) == 4
    for store in stores.values():
        assert "encryption_key" in store["kms_master_key_id"]
        denials = [
            one for one in json.loads(store["policy"])["Statement"] if one["Effect"] == "Deny"
        ]
        (denial,) = denials
        assert denial["Condition"] == {"Bool": {"aws:SecureTransport": "false"}}
        assert denial["Principal"] == "*"


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
    source = "".join(file.read_text() for file in (PROJECT_ROOT / "lambda/kernel").glob("*.py"))
    for event in re.findall(r'= "(\w+)"', counted["pattern"]):
        assert f'logs.error("{event}"' in source


@pytest.mark.parametrize("table", ["raw", "processed", "idempotency"])
def test_every_table_has_an_alarm_at_10_throttles_in_5_minutes(stack, table):
    alarm = stack.all("aws_cloudwatch_metric_alarm")[f"alarm_{table}_throttles"]
    metrics = [query["metric"] for query in alarm["metric_query"] if "metric" in query]
    assert alarm["threshold"] == 10
    assert {one["metric_name"] for one in metrics} == {"ReadThrottleEvents", "WriteThrottleEvents"}
    assert {one["period"] for one in metrics} == {300}


def test_a_single_dead_letter_is_an_alarm(stack):
    for name in ("ingestion_dead_letters", "failed_invocations"):
        alarm = stack.all("aws_cloudwatch_metric_alarm")[f"alarm_{name}_messages"]
        assert (alarm["threshold"], alarm["metric_name"]) == (
            1,
            "ApproximateNumberOfMessagesVisible",
        )


def test_the_consumer_reports_single_messages_and_stays_below_the_functions_limit(stack):
    (mapping,) = stack.all("aws_lambda_event_source_mapping").values()
    assert mapping["function_response_types"] == ["ReportBatchItemFailures"]
    assert mapping["scaling_config"]["maximum_concurrency"] == 100


def test_no_deploy_resets_what_operators_set(stack):
    parameters = stack.all("aws_ssm_parameter")
    assert {one["name"] for one in parameters.values()} == {
        "/iot-pipeline/dev/api-key",
        "/iot-pipeline/dev/config",
        "/iot-pipeline/dev/page-token-key",
    }
    for parameter in parameters.values():
        assert parameter["lifecycle"]["ignore_changes"] == ["value"]
    assert parameters["api_key_parameter"]["type"] == "SecureString"


def test_the_configuration_that_is_deployed_is_the_functions_own_default(stack):
    deployed = stack.all("aws_ssm_parameter")["config_parameter"]["value"]
    assert json.loads(deployed).keys() == PipelineConfig.LIMITS.keys()
    assert PipelineConfig.parse(deployed) == PipelineConfig()


def test_every_name_carries_the_suffix(synthesise):
    other = synthesise(environment_suffix="blue-7")
    named = re.compile(r"(^|.*[-/])blue-7($|[-/].*)")
    for type_, resources in other.document["resource"].items():
        for name, resource in resources.items():
            for attribute in ("name", "function_name", "layer_name", "alarm_name"):
                value = resource.get(attribute)
                if value and not value.startswith("${") and type_ != "aws_iam_role_policy":
                    assert named.match(value), (type_, name, value)


def test_the_promised_outputs_are_there(stack):
    assert set(stack.document["output"]) >= {
        "ApiEndpoint",
        "RawSensorTableName",
        "ProcessedDataTableName",
        "IngestionQueueUrl",
        "AlertTopicArn",
    }


def test_nothing_asks_where_it_runs(stack):
    text = json.dumps(stack.document).lower()
    for word in ("127.0.0.1", "localhost", "endpoint_url", "ministack", "000000000000"):
        assert word not in text


def test_state_is_kept_beside_the_project_or_locked_in_a_bucket(stack, synthesise):
    backend = stack.document["terraform"]["backend"]
    assert backend == {"local": {"path": "../../../iot-pipeline-dev.tfstate"}}
    bucket = synthesise(state_bucket="our-state").document["terraform"]["backend"]["s3"]
    assert (bucket["bucket"], bucket["use_lockfile"], bucket["encrypt"]) == (
        "our-state",
        True,
        True,
    )


def test_an_alarm_address_is_subscribed(synthesise):
    (subscription,) = (
        synthesise(alarm_email="ops@example.org").all("aws_sns_topic_subscription").values()
    )
    assert (subscription["protocol"], subscription["endpoint"]) == ("email", "ops@example.org")


def test_the_retention_of_logs_is_a_setting(synthesise):
    groups = synthesise(log_retention_days=365).all("aws_cloudwatch_log_group").values()
    assert {group["retention_in_days"] for group in groups} == {365}
