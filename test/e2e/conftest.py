"""The real stack on the local engine, brought up once for all end-to-end tests."""

import json
import os
import socket
import subprocess
from pathlib import Path

import pytest
from samples.inboxes import make_inbox
from samples.ports import free_port
from samples.signed_calls import Caller

from lib.local import LocalPipeline, LocalSettings
from lib.settings import PROJECT_ROOT

SUFFIX = "e2e"
PARAMETERS_FRESH_SECONDS = 5


def pytest_collection_modifyitems(items):
    """Mark what needs the engine."""
    here = Path(__file__).parent
    for item in items:
        if here in item.path.parents:
            item.add_marker(pytest.mark.e2e)


@pytest.fixture(scope="session")
def xray_daemon():
    """A UDP socket in the X-Ray daemon's place: functions send their segments there."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as daemon:
        daemon.bind(("127.0.0.1", 0))
        daemon.settimeout(1)
        with pytest.MonkeyPatch.context() as patch:
            patch.setenv("AWS_XRAY_DAEMON_ADDRESS", "{}:{}".format(*daemon.getsockname()))
            yield daemon


@pytest.fixture(scope="session")
def pipeline(tmp_path_factory, xray_daemon):
    """The local pipeline in a directory of its own."""
    kept = os.environ.get("PIPELINE_TEST_DIRECTORY")
    directory = Path(kept) if kept else tmp_path_factory.mktemp("pipeline")
    # As soon as an operator may have it: some tests wait for a parameter to be followed.
    environment = {
        **os.environ,
        "ENVIRONMENT_SUFFIX": SUFFIX,
        "PARAMETERS_FRESH_SECONDS": str(PARAMETERS_FRESH_SECONDS),
    }
    settings = LocalSettings(directory, free_port(), "us-east-1", SUFFIX)
    pipeline = LocalPipeline(settings, environment)
    yield pipeline
    pipeline.down()


@pytest.fixture(scope="session")
def deployment(pipeline):
    """The deployed stack."""
    return pipeline.up()


@pytest.fixture(scope="session")
def writer(deployment):
    """A caller with the policy for senders."""
    return Caller(deployment, "writer")


@pytest.fixture(scope="session")
def reader(deployment):
    """A caller with the policy for readers."""
    return Caller(deployment, "reader")


@pytest.fixture(scope="session")
def operator(deployment):
    """A caller with the policy for operators."""
    return Caller(deployment, "operator")


@pytest.fixture(scope="session")
def deployer(deployment):
    """The caller that deployed the stack and may do everything."""
    return Caller(deployment, "deployer")


@pytest.fixture
def subscriber(deployer):
    """Subscribes a queue to a topic; gives a function that takes out what was delivered."""
    sqs, sns = deployer.aws("sqs"), deployer.aws("sns")
    made = []

    def subscribe(topic, **attributes):
        _, queue, inbox = make_inbox(sqs, topic)
        subscription = sns.subscribe(
            TopicArn=topic,
            Protocol="sqs",
            Endpoint=queue,
            Attributes=attributes,
            ReturnSubscriptionArn=True,
        )
        made.append((subscription["SubscriptionArn"], inbox))

        def received():
            found = sqs.receive_message(
                QueueUrl=inbox, WaitTimeSeconds=1, MaxNumberOfMessages=10
            ).get("Messages", [])
            for one in found:
                sqs.delete_message(QueueUrl=inbox, ReceiptHandle=one["ReceiptHandle"])
            return [json.loads(one["Body"]) for one in found]

        return received

    yield subscribe
    for subscription, inbox in made:
        sns.unsubscribe(SubscriptionArn=subscription)
        sqs.delete_queue(QueueUrl=inbox)


@pytest.fixture
def rule(operator):
    """Makes rules, and deletes them at the end."""
    made = []

    def make(device, **more):
        threshold = {"metric": "temperature", "operator": ">", "threshold": 60}
        condition = {} if "no_data" in more else threshold
        body = {"device_id": device, **condition, **more}
        answer = operator.call("POST", "/rules", body)
        assert answer.status_code == 201, answer.text
        made.append(answer.json()["rule_id"])
        return answer.json()

    yield make
    for rule_id in made:
        operator.call("DELETE", f"/rules/{rule_id}")


@pytest.fixture(scope="session")
def command_environment(deployment):
    """A shell's in which nothing is sourced: the local deployment is found; no browser opens."""
    return {
        **os.environ,
        "PIPELINE_DIRECTORY": str(deployment.credentials_file.parent.parent),
        "BROWSER": "true",
    }


@pytest.fixture(scope="session")
def pipeline_command(command_environment):
    """Runs `pipeline …`; gives what it prints."""

    def run(*arguments):
        done = subprocess.run(
            [PROJECT_ROOT / "pipeline", *arguments],
            env=command_environment,
            capture_output=True,
            text=True,
            check=False,
            timeout=120,
        )
        assert done.returncode == 0, done.stdout + done.stderr
        return done.stdout

    return run
