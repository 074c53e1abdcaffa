"""What platform teams run in their CI: cdktf's own command line, without a prompt."""

import json
import os
import shutil
import subprocess

import pytest
from samples.signed_calls import Caller

from lib.settings import PROJECT_ROOT

SUFFIX = "blue"
STACK = f"iot-pipeline-{SUFFIX}"
PROJECT_FILES = ("main.py", "cdktf.json", "package.json", "lambda", "lib", "build")
DEPLOY = ("deploy", STACK, "--auto-approve", "--skip-provider-lock")
PROMISED_OUTPUTS = {
    "ApiEndpoint",
    "RawSensorTableName",
    "ProcessedDataTableName",
    "IngestionQueueUrl",
    "AlertTopicArn",
}


class Project:
    """A checkout of its own, so that nothing of the developer's is touched."""

    def __init__(self, directory, deployment):
        self.directory = directory
        self.environment = {
            **deployment.environment_within(os.environ),
            "AWS_PROFILE": "deployer",
            "ENVIRONMENT_SUFFIX": SUFFIX,
            "PROTECT_DATA": "on",
            "CI": "true",
            "CHECKPOINT_DISABLE": "1",
        }
        for name in PROJECT_FILES:
            source = PROJECT_ROOT / name
            if source.is_dir():
                shutil.copytree(
                    source, directory / name, ignore=shutil.ignore_patterns("__pycache__")
                )
            else:
                shutil.copy(source, directory / name)
        for name in (".venv", "node_modules"):
            (directory / name).symlink_to(PROJECT_ROOT / name)

    def run(self, *command, accepted=(0,)):
        """Run a command to its end, with nobody to answer a prompt."""
        done = subprocess.run(
            command,
            cwd=self.directory,
            env=self.environment,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            check=False,
            timeout=400,
        )
        assert done.returncode in accepted, done.stdout[-3_000:] + done.stderr[-3_000:]
        return done.stdout

    def cdktf(self, *arguments, accepted=(0,)):
        """Run cdktf."""
        return self.run("npx", "--no-install", "cdktf", *arguments, accepted=accepted)

    def terraform(self, *arguments):
        """Run Terraform where cdktf runs it."""
        return self.run("terraform", f"-chdir=cdktf.out/stacks/{STACK}", *arguments)


@pytest.fixture(scope="module")
def project(deployment, tmp_path_factory):
    """A checkout, deployed by cdktf beside the stack that is there already."""
    assert (PROJECT_ROOT / "node_modules").is_dir(), "cdktf is not installed: run 'npm ci'."
    project = Project(tmp_path_factory.mktemp("checkout"), deployment)
    project.told = project.cdktf(*DEPLOY, "--outputs-file", "outputs.json")
    return project


@pytest.fixture(scope="module")
def aws(deployment):
    """AWS clients of the deployer."""
    return Caller(deployment, "deployer").aws


def names_left(aws):
    """The names of everything in the account that carries the suffix."""
    listings = {
        "dynamodb": lambda c: c.list_tables()["TableNames"],
        "lambda": lambda c: [one["FunctionName"] for one in c.list_functions()["Functions"]],
        "sqs": lambda c: c.list_queues().get("QueueUrls", []),
        "sns": lambda c: [one["TopicArn"] for one in c.list_topics()["Topics"]],
        "apigateway": lambda c: [one["name"] for one in c.get_rest_apis(limit=500)["items"]],
        "logs": lambda c: [one["logGroupName"] for one in c.describe_log_groups()["logGroups"]],
        "kms": lambda c: [one["AliasName"] for one in c.list_aliases(Limit=100)["Aliases"]],
        "ssm": lambda c: [
            one["Name"] for one in c.describe_parameters(MaxResults=50)["Parameters"]
        ],
        "cloudwatch": lambda c: [
            one["AlarmName"]
            for page in c.get_paginator("describe_alarms").paginate()
            for one in page["MetricAlarms"]
        ],
        "s3": lambda c: [one["Name"] for one in c.list_buckets()["Buckets"]],
        "events": lambda c: [one["Name"] for one in c.list_rules()["Rules"]],
    }
    found = [name for service, names in listings.items() for name in names(aws(service))]
    iam = aws("iam")
    found += [role["RoleName"] for role in iam.list_roles()["Roles"]]
    found += [one["PolicyName"] for one in iam.list_policies(Scope="Local")["Policies"]]
    return [name for name in found if f"-{SUFFIX}" in name or f"/{SUFFIX}/" in name]


def test_outputs_are_told_and_written(project):
    (written,) = json.loads((project.directory / "outputs.json").read_text()).values()
    assert set(written) >= PROMISED_OUTPUTS
    assert written["RawSensorTableName"] == f"raw-sensor-data-{SUFFIX}"
    told = project.cdktf("output", STACK)
    for name in PROMISED_OUTPUTS:
        assert name in told


def test_two_environments_live_side_by_side(project, aws, writer):
    tables = aws("dynamodb").list_tables()["TableNames"]
    assert {f"raw-sensor-data-{SUFFIX}", "raw-sensor-data-e2e"} <= set(tables)
    assert writer.call("GET", "/health").status_code == 200


def test_a_second_plan_is_empty_but_for_the_alarms_that_the_engine_misreports(project):
    project.terraform("plan", "-input=false", "-out=second.plan", "-no-color")
    plan = json.loads(project.terraform("show", "-json", "second.plan"))
    changes = plan["resource_changes"]
    changed = {one["address"] for one in changes if one["change"]["actions"] != ["no-op"]}
    alarms = {one["address"] for one in changes if one["type"] == "aws_cloudwatch_metric_alarm"}
    assert len(alarms) > 20
    assert changed == alarms


def test_the_state_holds_no_secret_that_operators_set_or_that_was_drawn(project, aws):
    ssm, key = aws("ssm"), f"/iot-pipeline/{SUFFIX}/api-key"
    ssm.put_parameter(Name=key, Value="the-operators-secret", Type="SecureString", Overwrite=True)
    project.terraform("refresh", "-input=false", "-no-color")
    state = project.terraform("state", "pull")
    for name in ("api-key", "page-token-key"):
        found = ssm.get_parameter(Name=f"/iot-pipeline/{SUFFIX}/{name}", WithDecryption=True)
        assert found["Parameter"]["Value"] not in state
    project.terraform("apply", "-input=false", "-auto-approve", "-no-color")
    kept = ssm.get_parameter(Name=key, WithDecryption=True)["Parameter"]["Value"]
    assert kept == "the-operators-secret"


def test_a_deploy_says_where_it_goes(project):
    assert f"Environment {SUFFIX} in the engine on this machine" in project.told


def test_what_is_protected_outlives_a_destroy_and_what_is_disposable_leaves_nothing(
    project, aws, writer
):
    names = names_left(aws)
    (bucket,) = [name for name in names if name.startswith("device-states-") and "-us-" in name]
    for body in (b"{}", b"[]"):
        aws("s3").put_object(Bucket=bucket, Key="raw/2023-06-16/kept.json", Body=body)
    refused = project.cdktf("destroy", STACK, "--auto-approve", accepted=(1,))
    assert "deploy_with_PROTECT_DATA_off_before_you_destroy" in refused
    project.environment["PROTECT_DATA"] = "off"
    refused = project.cdktf("destroy", STACK, "--auto-approve", accepted=(1,))
    assert "deploy with PROTECT_DATA=off before you destroy" in refused
    assert names_left(aws) == names
    assert len(project.terraform("state", "list").split()) > 100
    project.cdktf(*DEPLOY)
    project.cdktf("destroy", STACK, "--auto-approve")
    assert names_left(aws) == []
    assert project.terraform("state", "list").strip() == ""
    assert writer.call("GET", "/health").status_code == 200
