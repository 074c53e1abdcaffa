"""The Postman collection, run by newman against the deployed stack as a person would run it."""

import json
import os
import subprocess

import pytest

from lib.settings import PROJECT_ROOT

COLLECTION = PROJECT_ROOT / "docs/postman_collection.json"


@pytest.fixture(scope="module")
def run(deployment, operator, tmp_path_factory):
    """What newman reports of one run, with the exit status and all that it printed."""
    directory = tmp_path_factory.mktemp("newman")
    environment, report = directory / "environment.json", directory / "report.json"
    variables = {
        "api_endpoint": deployment.api_endpoint,
        "aws_region": deployment.region,
        "aws_access_key_id": operator.credentials.access_key,
        "aws_secret_access_key": operator.credentials.secret_key,
    }
    values = [{"key": key, "value": value} for key, value in variables.items()]
    environment.write_text(json.dumps({"name": "engine", "values": values}))
    newman = [PROJECT_ROOT / "node_modules/.bin/newman", "run", COLLECTION]
    done = subprocess.run(
        [
            *newman,
            *("--environment", environment),
            *("--ssl-extra-ca-certs", deployment.trust_bundle),
            *("--reporters", "cli,json", "--reporter-json-export", report),
            *("--color", "off", "--disable-unicode"),
        ],
        # Nothing of a developer's proxies or profiles: newman would go by them.
        env={"PATH": os.environ["PATH"], "HOME": str(directory)},
        capture_output=True,
        text=True,
        check=False,
        timeout=120,
    )
    assert report.exists(), done.stdout + done.stderr
    return done, json.loads(report.read_text())["run"]


def test_the_whole_collection_passes(run):
    done, told = run
    failures = [
        f"{one['source']['name']}: {one['error']['test']}: {one['error']['message']}"
        for one in told["failures"]
    ]
    assert failures == []
    assert done.returncode == 0, done.stdout


def test_every_request_of_the_collection_is_sent_and_checked(run):
    collection = json.loads(COLLECTION.read_text())
    names = {item["name"] for folder in collection["item"] for item in folder["item"]}
    checked = {one["item"]["name"] for one in run[1]["executions"] if one.get("assertions")}
    assert checked == names
