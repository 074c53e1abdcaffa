"""What is packaged runs on every runtime that can be set, not only on the one it is built by."""

import json
import subprocess
import sys
import zipfile
from importlib.metadata import PathDistribution

import pytest
from packaging.markers import default_environment
from packaging.requirements import Requirement
from packaging.specifiers import SpecifierSet
from packaging.utils import canonicalize_name
from samples.api_calls import api_call

from lib.settings import PROJECT_ROOT, RUNTIMES

OURS = "alerting|api_document|edge|functions|kernel|readings|states|telemetry"
API_KEY = {
    "API_KEY_PARAMETER": "/api-key",
    "API_KEY_PLACEHOLDER": "unset",
    "PARAMETERS_FRESH_SECONDS": "60",
}
# Functions, each with its event, its environment and the last that it asks of AWS.
CALLS = {
    "service.openapi": (
        api_call("GET /openapi.json"),
        {"PIPELINE_VERSION": "1.2.3"},
        "GetParameters",
    ),
    "telemetry.ingest": (
        api_call("POST /ingest", {"device_id": "d", "sensor_data": {"temperature": 25.5}}),
        {
            "CONFIG_PARAMETER": "/config",
            "RAW_TABLE": "raw",
            "IDEMPOTENCY_TABLE": "idempotency",
            "READING_RETENTION_DAYS": "0",
            "RAW_BUCKET": "raw-states",
            "STATES_QUEUE_URL": "https://sqs.us-east-1.amazonaws.com/000000000000/states",
            "INGESTION_QUEUE_URL": "https://sqs.us-east-1.amazonaws.com/000000000000/ingestion",
        },
        "SendMessageBatch",
    ),
}
# One run of a function; AWS's answers are given in its place.
INVOCATION = """
import importlib, json, os, warnings
from types import SimpleNamespace
os.environ |= {environment!r}
# Of what is ours: the packages answer for themselves.
warnings.filterwarnings("error", category=DeprecationWarning, module={ours!r})
ANSWERS = {{
    "BatchGetItem": {{"Responses": {{}}, "UnprocessedKeys": {{}}}},
    "BatchWriteItem": {{"UnprocessedItems": {{}}}},
    "PutItem": {{}},
    "SendMessageBatch": {{"Successful": [{{"Id": "0"}}]}},
}}
PARAMETERS = {{"/api-key": "unset", "/config": "{{}}"}}
from kernel.aws import client
def answer(model, params, **_):
    called.append(model.name)
    if model.name == "GetParameters":
        names = json.loads(params["body"])["Names"]
        found = [{{"Name": name, "Value": PARAMETERS[name]}} for name in names]
        return SimpleNamespace(status_code=200), {{"Parameters": found}}
    return SimpleNamespace(status_code=200), ANSWERS[model.name]
called = []
for service in ("ssm", "dynamodb", "sqs"):
    client(service).meta.events.register("before-call", answer)
context = SimpleNamespace(get_remaining_time_in_millis=lambda: 27_000)
answered = importlib.import_module("functions.{function}").handler({event!r}, context)
print(json.dumps([answered, called]))
"""


@pytest.mark.parametrize("called", CALLS)
def test_a_function_answers_on_every_runtime(called, packages, layer, run_isolated, tmp_path):
    with zipfile.ZipFile(packages.functions[called].path) as opened:
        opened.extractall(tmp_path)
    event, environment, last_call = CALLS[called]
    code = INVOCATION.format(
        function=called, event=event, environment=API_KEY | environment, ours=OURS
    )

    result = run_isolated(code, tmp_path, layer)

    assert result.returncode == 0, result.stderr
    answer, called_of_aws = json.loads(result.stdout.splitlines()[-1])
    assert answer["statusCode"] == 200, result.stdout
    assert called_of_aws[-1] == last_call


@pytest.mark.parametrize("runtime", RUNTIMES)
def test_every_package_of_the_layer_admits_the_runtime_and_finds_what_it_needs_there(
    runtime, layer
):
    version = runtime.removeprefix("python")
    full = f"{version}.0"
    there = default_environment() | {"python_version": version, "python_full_version": full}
    found = [PathDistribution(path) for path in layer.glob("*.dist-info")]
    versions = {canonicalize_name(one.name): one.version for one in found}

    assert found
    for one in found:
        assert full in SpecifierSet(one.metadata["Requires-Python"]), one.name
        for needed in map(Requirement, one.requires or ()):
            if needed.marker is None or needed.marker.evaluate({**there, "extra": ""}):
                assert versions[canonicalize_name(needed.name)] in needed.specifier, one.name


def test_the_code_uses_nothing_that_the_newest_runtime_has_dropped():
    newest = RUNTIMES[-1].removeprefix("python")
    checked = subprocess.run(
        [sys.executable, "-m", "mypy", "--python-version", newest, "lambda"],
        cwd=PROJECT_ROOT,
        capture_output=True,
        text=True,
        check=False,
    )

    assert checked.returncode == 0, checked.stdout + checked.stderr
