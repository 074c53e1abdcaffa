"""`pipeline alerts list`."""

import os
import signal
import subprocess
import sys
import threading
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
from click.testing import Result

import iot_pipeline
from iot_pipeline import exact_json
from iot_pipeline.cli.alerts.commands import change_printer
from iot_pipeline.cli.listing import Listing
from iot_pipeline.events import Event
from iot_pipeline.rules import Rule, RuleDefinition, Threshold
from iot_pipeline.testing import InMemoryPipeline, in_memory_client

Run = Callable[..., Result]
HOT = RuleDefinition("pump", Threshold("temperature", ">", 60), "critical", name="hot")
TIMEOUT_SECONDS = 30
ROOT = Path(iot_pipeline.__file__).parents[1]
RUN = "from iot_pipeline.cli import run; run()"


@pytest.fixture
def rule(connected: InMemoryPipeline) -> Rule:
    """A rule that has fired at 1, 3 and 5, and whose last alert is open."""
    client = in_memory_client(connected)
    rule = client.rules.create(HOT)
    client.events.send_batch(Event("pump", "temperature", 60 + n % 2, n) for n in range(1, 6))
    connected.requests.clear()
    return rule


def test_alerts_are_shown_for_people_newest_first(run: Run, rule: Rule) -> None:
    result = run("alerts", "list")
    assert "temperature 61 > 60" in result.stdout
    fired = [line.split()[3] for line in result.stdout.splitlines() if "temperature" in line]
    assert fired == [f"1970-01-01T00:00:00.00{n}Z" for n in (5, 3, 1)]


def test_alerts_are_narrowed_and_exact_for_programs(
    run: Run, connected: InMemoryPipeline, rule: Rule
) -> None:
    narrowed = ["--device", "pump", "--rule", rule.rule_id, "--status", "resolved"]
    span = ["--start", "1", "--end", "4", "--limit", "1"]
    result = run("alerts", "list", *narrowed, *span, "--format", "json")
    assert exact_json.loads(result.stdout) == {
        "alert_id": "alert-2",
        "rule_id": rule.rule_id,
        "rule_name": "hot",
        "device_id": "pump",
        "metric": "temperature",
        "operator": ">",
        "threshold": 60,
        "actual_value": 61,
        "severity": "critical",
        "status": "resolved",
        "fired_at": 3,
        "resolved_at": 4,
    }
    assert connected.requests[0].query["limit"] == "1"


@pytest.mark.parametrize(
    "options",
    [
        ["--start", "1"],
        ["--end", "1"],
        ["--limit", "1"],
        ["--format", "csv"],
        ["--format", "csv-exact"],
    ],
)
def test_what_has_no_end_takes_no_bounds(
    run: Run, connected: InMemoryPipeline, options: list[str]
) -> None:
    result = run("alerts", "list", "--follow", *options)
    assert result.exit_code == 2
    assert "--follow goes without" in result.stderr


def test_changes_are_printed_one_by_one(
    connected: InMemoryPipeline, rule: Rule, capsys: pytest.CaptureFixture[str]
) -> None:
    alerts = list(in_memory_client(connected).alerts.list())
    for shape in ("table", "json"):
        for alert in alerts:
            change_printer(Listing(shape), "triggered")(alert)
    line, content = capsys.readouterr().out.splitlines()
    assert line == "1970-01-01T00:00:00.005Z triggered critical pump hot: temperature 61 > 60"
    assert exact_json.loads(content) == alerts[0].as_content()


def test_the_name_of_a_rule_cannot_speak_to_the_terminal(
    connected: InMemoryPipeline, capsys: pytest.CaptureFixture[str]
) -> None:
    client = in_memory_client(connected)
    client.rules.create(replace(HOT, name="hot\x1b[2J\n\u202e"))
    client.events.send(Event("pump", "temperature", 61, 5))
    for shape in ("table", "json"):
        change_printer(Listing(shape), None)(next(client.alerts.list()))
    line, content = capsys.readouterr().out.splitlines()
    assert r"hot\x1b[2J\n\u202e: temperature 61 > 60" in line
    assert (line + content).isprintable()


def test_alerts_are_followed_until_interrupted(connected: InMemoryPipeline) -> None:
    client = in_memory_client(connected)
    client.rules.create(HOT)
    with subprocess.Popen(
        [sys.executable, "-c", RUN, "alerts", "list", "--follow"],
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        # Whatever runs the tests in the background has it ignored, which is inherited.
        preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_DFL),
    ) as process:
        assert process.stdout is not None
        assert process.stderr is not None
        limit = threading.Timer(TIMEOUT_SECONDS, process.kill)
        limit.start()
        try:
            assert process.stderr.readline() == "Waiting for alerts; Ctrl-C ends it.\n"
            client.events.send(Event("pump", "temperature", 61))
            line = process.stdout.readline()
            process.send_signal(signal.SIGINT)
            rest = process.communicate()
        finally:
            limit.cancel()
            process.kill()
    assert (process.returncode, rest) == (0, ("", ""))
    assert "triggered critical pump hot: temperature 61 > 60" in line
