"""Device states on the command line, run as a user runs it, against the deployed stack."""

import json
import signal
import subprocess
import threading
from datetime import UTC, datetime, timedelta

import pytest
import requests
from samples.signed_calls import new_device
from samples.waiting import wait_until

from lib.settings import PROJECT_ROOT

LIMIT_SECONDS = 120


@pytest.mark.parametrize("kind", ["readings", "events", "states --isolated"])
def test_what_is_simulated_is_all_counted(pipeline_command, kind):
    fleet = ("--devices", "20", "--rate", "100", "--duration", "2")
    told = pipeline_command("simulate", *kind.split(), *fleet)
    assert "Checked: all 200 are counted" in told


def test_counts_are_shown_and_right(pipeline_command, writer):
    day, kind = f"{datetime.now(UTC) - timedelta(days=5):%Y-%m-%d}", new_device()
    states = [
        {"type": kind, "state": "erased", "timestamp": f"{day}T13:00:0{n}Z"} for n in range(3)
    ]
    answer = writer.call("POST", "/ingest", {"processed_devices": states})
    assert answer.status_code == 200, answer.text
    # What is not counted yet is sent again, and counted once all the same.
    pipeline_command("stats", "recount", day, "--repair")
    wait_for_counts(pipeline_command, day, {"type": kind, "state": "erased", "count": 3})
    assert pipeline_command("stats", "recount", day).startswith("all ")


def wait_for_counts(pipeline_command, day, wanted):
    """Wait until the counts of a day hold what is wanted."""

    def shown():
        lines = pipeline_command("stats", "show", day, "--format", "json").splitlines()
        return {"date": day, **wanted} in [json.loads(line) for line in lines]

    wait_until(shown, every_seconds=1)


def test_a_browser_is_shown_the_page(command_environment, writer):
    kind = new_device()
    states = [{"type": kind, "state": "erased", "timestamp": "2023-06-15T13:00:00Z"}]
    assert writer.call("POST", "/ingest", {"processed_devices": states}).status_code == 200
    with subprocess.Popen(
        [PROJECT_ROOT / "pipeline", "stats", "open", "2023-06-15"],
        env=command_environment,
        stdout=subprocess.PIPE,
        text=True,
        # Whatever runs the tests in the background has it ignored, which is inherited.
        preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_DFL),
    ) as process:
        limit = threading.Timer(LIMIT_SECONDS, process.kill)
        limit.start()
        try:
            url = process.stdout.readline().strip()
            wait_until(lambda: kind in requests.get(url, timeout=30).text)
            page = requests.get(url, timeout=30)
            assert "default-src 'none'" in page.headers["Content-Security-Policy"]
            refused = requests.get(f"{url.partition('?')[0]}?date=yesterday", timeout=30)
            assert refused.status_code == 400
            process.send_signal(signal.SIGINT)
            assert process.wait(LIMIT_SECONDS) == 0
        finally:
            limit.cancel()
            process.kill()
