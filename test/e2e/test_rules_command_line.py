"""Rules and alerts on the command line, run as a user runs it, against the deployed stack."""

import json
import os
import signal
import subprocess
import threading

import pytest
from samples.signed_calls import new_device
from samples.waiting import wait_until

from lib.settings import PROJECT_ROOT

LIMIT_SECONDS = 120


@pytest.fixture(scope="module")
def environment(deployment):
    """A shell's in which nothing is sourced: the local deployment is found."""
    return {
        **{name: value for name, value in os.environ.items() if not name.startswith("AWS_")},
        "PIPELINE_DIRECTORY": str(deployment.credentials_file.parent.parent),
    }


@pytest.fixture(scope="module")
def pipeline_command(environment):
    """Runs `pipeline …`; gives what it prints, line by line, as JSON."""

    def run(*arguments):
        done = subprocess.run(
            [PROJECT_ROOT / "pipeline", *arguments],
            env=environment,
            capture_output=True,
            text=True,
            check=False,
            timeout=LIMIT_SECONDS,
        )
        assert done.returncode == 0, done.stdout + done.stderr
        return [json.loads(line) for line in done.stdout.splitlines() if line.startswith("{")]

    return run


@pytest.fixture
def followed(environment):
    """A running `pipeline alerts --follow` that waits for alerts; killed when the time is up."""
    with subprocess.Popen(
        [PROJECT_ROOT / "pipeline", "alerts", "--follow", "--format", "json"],
        env=environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        # Whatever runs the tests in the background has it ignored, which is inherited.
        preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_DFL),
    ) as process:
        limit = threading.Timer(LIMIT_SECONDS, process.kill)
        limit.start()
        try:
            assert process.stderr.readline().startswith("Waiting for alerts")
            yield process
        finally:
            limit.cancel()
            process.kill()


def test_a_rule_is_made_fires_and_is_deleted_while_somebody_watches(pipeline_command, followed):
    device = new_device()
    said = ("rules", "create", device, "temperature > 60", "--name", "hot", "--format", "json")
    (rule,) = pipeline_command(*said)
    assert pipeline_command(*said) == [rule]
    assert pipeline_command("rules", "list", "--device", device, "--format", "json") == [rule]

    pipeline_command("send", device, "temperature=61.2")
    fired = next_of(device, followed)
    assert (fired["status"], fired["actual_value"], fired["rule_name"]) == (
        "triggered",
        61.2,
        "hot",
    )
    listed = ("alerts", "--device", device, "--rule", rule["rule_id"], "--format", "json")
    assert pipeline_command(*listed) == [fired]

    pipeline_command("send", device, "temperature=59")
    ended = next_of(device, followed)
    assert (ended["alert_id"], ended["status"]) == (fired["alert_id"], "resolved")
    followed.send_signal(signal.SIGINT)
    assert followed.wait(LIMIT_SECONDS) == 0

    pipeline_command("rules", "delete", rule["rule_id"])
    assert pipeline_command("rules", "list", "--device", device, "--format", "json") == []


def test_a_rule_is_switched_off_and_its_alert_ends(pipeline_command):
    device = new_device()
    (rule,) = pipeline_command("rules", "create", device, "load >= 5", "--format", "json")
    pipeline_command("send", device, "load=5")
    alerts = ("alerts", "--device", device, "--format", "json")
    wait_until(lambda: pipeline_command(*alerts))
    pipeline_command("rules", "disable", rule["rule_id"])
    wait_until(lambda: pipeline_command(*alerts, "--status", "resolved"), seconds=90)
    pipeline_command("rules", "delete", rule["rule_id"])


def next_of(device, followed):
    """The next change that is told of a device; other tests' devices may have alerts too."""
    return next(
        alert for line in followed.stdout if (alert := json.loads(line))["device_id"] == device
    )
