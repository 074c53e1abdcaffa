import json
import re

import pytest

from lib.packaging.bytecode import RUNTIME
from lib.settings import RUNTIMES
from telemetry.adapters.segment_table import EXPIRES_AT
from telemetry.config import PipelineConfig

FUNCTIONS = {
    "ingest": "data-ingestion",
    "process": "data-processor",
    "query": "data-query",
    "replay": "data-replay",
    "evaluate": "rule-evaluator",
    "sweep": "alert-sweep",
    "rules": "alert-rules",
    "alert_query": "alert-query",
    "openapi": "api-document",
    "count": "state-counter",
    "stats": "state-stats",
    "recount": "state-recount",
}
TABLES = {
    "raw": "raw-sensor-data",
    "processed": "processed-data",
    "idempotency": "idempotency",
    "alert_rules": "alert-rules",
    "triggered_alerts": "triggered-alerts",
    "rule_states": "rule-states",
    "counts": "device-state-counts",
}
# Services whose actions know no resources.
WITHOUT_RESOURCES = ("xray:", "cloudwatch:", "logs:DescribeLogGroups", "logs:GetQueryResults")


def test_the_sweep_runs_every_minute_and_a_failed_run_is_not_repeated(stack):
    rule = stack.all("aws_cloudwatch_event_rule")["sweeping_rule"]
    assert rule["schedule_expression"] == "rate(1 minute)"
    target = stack.all("aws_cloudwatch_event_target")["sweeping_target"]
    assert target["arn"] == "${aws_lambda_function.sweep_function.arn}"
    (invocation,) = stack.all("aws_lambda_function_event_invoke_config").values()
    assert invocation["maximum_retry_attempts"] == 0


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


@pytest.mark.parametrize("table", TABLES)
def test_every_table_is_on_demand_recoverable_and_encrypted_with_the_stacks_key(stack, table):
    found = stack.all("aws_dynamodb_table")[f"{table}_table"]
    assert found["billing_mode"] == "PAY_PER_REQUEST"
    assert found["point_in_time_recovery"] == {"enabled": table != "idempotency"}
    assert found["server_side_encryption"]["enabled"] is True
    assert "encryption_key" in found["server_side_encryption"]["kms_key_arn"]


def test_tables_and_functions_are_named_as_promised(stack):
    assert {table["name"] for table in stack.all("aws_dynamodb_table").values()} == {
        f"{name}-dev" for name in TABLES.values()
    }
    assert {one["function_name"] for one in stack.all("aws_lambda_function").values()} == {
        f"{name}-dev" for name in FUNCTIONS.values()
    }


def test_alerts_and_what_they_come_from_expire(stack):
    for table in ("triggered_alerts", "rule_states"):
        found = stack.all("aws_dynamodb_table")[f"{table}_table"]
        assert found["ttl"] == {"attribute_name": "expires_at", "enabled": True}


def test_how_long_readings_are_kept_is_told_to_who_takes_them_in_and_changes_no_table(
    stack, synthesise
):
    kept = synthesise(reading_retention_days=90)
    for of, days in ((stack, "0"), (kept, "90")):
        function = of.all("aws_lambda_function")["ingest_function"]
        assert function["environment"]["variables"]["READING_RETENTION_DAYS"] == days
        for table in ("raw", "processed"):
            found = of.all("aws_dynamodb_table")[f"{table}_table"]
            assert found["ttl"] == {"attribute_name": EXPIRES_AT, "enabled": True}
    assert kept.all("aws_dynamodb_table") == stack.all("aws_dynamodb_table")


@pytest.mark.parametrize("function", FUNCTIONS)
def test_every_function_is_traced_has_its_own_role_and_a_dead_letter_queue(stack, function):
    found = stack.all("aws_lambda_function")[f"{function}_function"]
    assert found["runtime"] == "python3.11"
    assert found["tracing_config"] == {"mode": "Active"}
    assert f"aws_iam_role.{function}_role." in found["role"]
    assert "failed_invocations_queue" in found["dead_letter_config"]["target_arn"]
    assert len(found["layers"]) == 1
    assert "encryption_key" in found["kms_key_arn"]


def test_functions_and_layer_take_the_runtime_that_is_set_with_the_same_packages(stack, synthesise):
    newest = synthesise(lambda_runtime=RUNTIMES[-1])
    functions = newest.all("aws_lambda_function")
    assert {one["runtime"] for one in functions.values()} == {RUNTIMES[-1]}
    (layer,) = newest.all("aws_lambda_layer_version").values()
    assert layer["compatible_runtimes"] == [RUNTIMES[-1]]
    for type_ in ("aws_lambda_function", "aws_lambda_layer_version"):
        for name, one in newest.all(type_).items():
            assert one["source_code_hash"] == stack.all(type_)[name]["source_code_hash"]


def test_a_deploy_to_another_runtime_than_builds_it_says_what_that_costs(stack, synthesise):
    newest = synthesise(lambda_runtime=RUNTIMES[-1])
    (warning,) = (one for one in newest.said if "bytecode" in one)
    assert RUNTIME in warning
    assert RUNTIMES[-1] in warning
    assert not [one for one in stack.said if "bytecode" in one]


@pytest.mark.parametrize("function", ["ingest", "process", "query", "evaluate", "count"])
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


@pytest.mark.parametrize(
    ("function", "tables"), [("ingest", {"raw", "idempotency"}), ("process", set())]
)
def test_single_items_are_put_only_by_who_puts_them_where_nothing_is(stack, function, tables):
    statements = stack.policy("aws_iam_role_policy", f"{function}_permissions")
    put = [one for one in statements if "dynamodb:PutItem" in one["Action"]]
    named = {resource for one in put for resource in one["Resource"]}
    assert {name for name in tables if any(name in one for one in named)} == tables
    assert len(named) == len(tables)


@pytest.mark.parametrize("caller", ["writer", "reader", "operator"])
def test_no_caller_is_granted_a_wildcard_action(stack, caller):
    for statement in stack.policy("aws_iam_policy", f"{caller}_policy"):
        assert not [action for action in statement["Action"] if "*" in action]
        if statement["Resource"] == ["*"]:
            assert all(action.startswith(WITHOUT_RESOURCES) for action in statement["Action"])


def test_every_queue_and_topic_is_encrypted_and_refuses_plain_http(stack):
    stores = {**stack.all("aws_sqs_queue"), **stack.all("aws_sns_topic")}
    assert len(stores) == 9
    for store in stores.values():
        assert "encryption_key" in store["kms_master_key_id"]
        denials = [
            one for one in json.loads(store["policy"])["Statement"] if one["Effect"] == "Deny"
        ]
        (denial,) = denials
        assert denial["Condition"] == {"Bool": {"aws:SecureTransport": "false"}}
        assert denial["Principal"] == "*"


def test_no_deploy_resets_what_operators_set(stack):
    parameters = stack.all("aws_ssm_parameter")
    assert {one["name"] for one in parameters.values()} == {
        "/iot-pipeline/dev/api-key",
        "/iot-pipeline/dev/config",
        "/iot-pipeline/dev/page-token-key",
    }
    assert parameters["config_parameter"]["lifecycle"]["ignore_changes"] == ["value"]
    for name in ("api_key_parameter", "page_token_key_parameter"):
        assert parameters[name]["type"] == "SecureString"
        assert parameters[name]["value_wo_version"] == 1
        assert parameters[name]["lifecycle"]["ignore_changes"] == "all"


@pytest.mark.parametrize("function", FUNCTIONS)
def test_a_function_may_read_the_parameters_that_it_is_told_of_and_no_others(stack, function):
    found = stack.all("aws_lambda_function")[f"{function}_function"]
    variables = found["environment"]["variables"]
    told = {value for name, value in variables.items() if name.endswith("_PARAMETER")}
    arns = {
        arn
        for statement in stack.policy("aws_iam_role_policy", f"{function}_permissions")
        for arn in statement["Resource"]
        if "ssm:GetParameters" in statement["Action"]
    }
    names = {arn.removeprefix("${aws_ssm_parameter.").removesuffix(".arn}") for arn in arns}
    assert {stack.all("aws_ssm_parameter")[name]["name"] for name in names} == told
    assert variables.get("PARAMETERS_FRESH_SECONDS") == ("60" if told else None)


def test_no_secret_is_kept_in_the_state(stack):
    for parameter in stack.all("aws_ssm_parameter").values():
        assert ("value_wo" in parameter) == (parameter["type"] == "SecureString")
        assert ("value" in parameter) == (parameter["type"] == "String")
    assert stack.document["terraform"]["required_version"] == ">= 1.11"


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


def test_the_retention_of_logs_is_a_setting(synthesise):
    groups = synthesise(log_retention_days=365).all("aws_cloudwatch_log_group").values()
    assert {group["retention_in_days"] for group in groups} == {365}
