"""An earlier commit's stack on the local engine, and this one's in its place."""

import os
import subprocess
import sys
from pathlib import Path

import pytest
from samples.ports import free_port

from lib.local import Deployment, LocalPipeline, LocalSettings
from lib.local.engine import PORT_SETTING
from lib.local.layout import Layout
from lib.settings import PROJECT_ROOT

SUFFIX = "upgraded"
REGION = "us-east-1"


@pytest.fixture(scope="session")
def directory(tmp_path_factory):
    """Where the engine keeps what both stacks store."""
    return tmp_path_factory.mktemp("engine")


@pytest.fixture(scope="session")
def pipeline(directory):
    """This commit's pipeline, in the directory of the earlier one."""
    settings = LocalSettings(directory, free_port(), REGION, SUFFIX)
    pipeline = LocalPipeline(settings, {**os.environ, "ENVIRONMENT_SUFFIX": SUFFIX})
    yield pipeline
    pipeline.down()


@pytest.fixture(scope="session")
def earlier(directory, pipeline, tmp_path_factory):
    """A deployment of the commit that is named, made by its own command line."""
    commit = os.environ.get("PIPELINE_TEST_UPGRADE_FROM")
    assert commit, "No commit is named: run 'make upgrade FROM=…'."
    project = tmp_path_factory.mktemp("earlier")
    archive = _done(["git", "-C", str(PROJECT_ROOT), "archive", commit])
    subprocess.run(["tar", "-x", "-C", str(project)], input=archive, check=True)
    surroundings = {
        **os.environ,
        "PIPELINE_DIRECTORY": str(directory),
        "ENVIRONMENT_SUFFIX": SUFFIX,
        "AWS_REGION": REGION,
        PORT_SETTING: str(free_port()),
    }
    _done([sys.executable, "-m", "lib.cli", "up"], cwd=project, env=surroundings)
    layout, variables = Layout(directory), pipeline.environment()
    return Deployment(
        endpoint=variables["AWS_ENDPOINT_URL"],
        region=REGION,
        suffix=SUFFIX,
        outputs={
            "ApiEndpoint": variables["API_ENDPOINT"],
            "NotificationTopicArn": variables["NOTIFICATION_TOPIC_ARN"],
            "IngestionQueueUrl": variables["INGESTION_QUEUE_URL"],
        },
        environment=variables,
        credentials_file=layout.credentials,
        trust_bundle=layout.trust_bundle,
    )


def _done(command: list[str], cwd: Path = PROJECT_ROOT, env: dict[str, str] | None = None) -> bytes:
    run = subprocess.run(command, cwd=cwd, env=env, capture_output=True, check=False, timeout=900)
    assert run.returncode == 0, (run.stdout + run.stderr)[-6_000:].decode(errors="replace")
    return run.stdout
