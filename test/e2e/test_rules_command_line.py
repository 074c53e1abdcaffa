"""Rules and alerts on the command line, run as a user runs it, against the deployed stack."""

import json
import signal
import subprocess
import threading

import pytest
from samples.signed_calls import new_device
from samples.waiting import wait_until

from lib.settings import PROJECT_ROOT

LIMIT_SECONDS = 120


@pytest.fixture
def rows(pipeline_command):
    """Runs `pipeline …`; gives what it prints, line by line, as JSON."""

    def run(*arguments):
        lines = pipeline_command(*arguments).splitlines()
        return [json.loads(line) for line in lines if line.startswith("{")]

    return run


@pytest.fixture
def followed(command_environment):
    """A running `pipeline alerts list --follow` that waits; killed when the time is up."""
    with subprocess.Popen(
        [PROJECT_ROOT / "pipeline", "alerts", "list", "--follow", "--format", "json"],
        env=command_environment,
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


def test_a_rule_is_made_fires_and_is_deleted_while_somebody_watches(rows, followed):
    device = new_device()
    said = ("rules", "create", device, "temperature > 60", "--name", "hot", "--format", "json")
    (rule,) = rows(*said)
    assert rows(*said) == [rule]
    assert rows("rules", "list", "--device", device, "--format", "json") == [rule]

    rows("readings", "send", device, "temperature=61.2")
    fired = next_of(device, followed)
    assert (fired["status"], fired["actual_value"], fired["rule_name"]) == (
        "triggered",
        61.2,
        "hot",
    )
    listed = ("alerts", "list", "--device", device, "--rule", rule["rule_id"], "--format", "json")
    assert rows(*listed) == [fired]

    rows("readings", "send", device, "temperature=59")
    ended = next_of(device, followed)
    assert (ended["alert_id"], ended["status"]) == (fired["alert_id"], "resolved")
    followed.send_signal(signal.SIGINT)
    assert followed.wait(LIMIT_SECONDS) == 0

    rows("rules", "delete", rule["rule_id"])
    assert rows("rules", "list", "--device", device, "--format", "json") == []


def test_a_rule_is_switched_off_and_its_alert_ends(rows):
    device = new_device()
    (rule,) = rows("rules", "create", device, "load >= 5", "--format", "json")
    rows("readings", "send", device, "load=5")
    alerts = ("alerts", "list", "--device", device, "--format", "json")
    wait_until(lambda: rows(*alerts))
    rows("rules", "disable", rule["rule_id"])
    wait_until(lambda: rows(*alerts, "--status", "resolved"), seconds=90)
    rows("rules", "delete", rule["rule_id"])


def next_of(device, followed):
    """The next change that is told of a device; other tests' devices may have alerts too."""
    return next(
        alert for line in followed.stdout if (alert := json.loads(line))["device_id"] == device
    )
