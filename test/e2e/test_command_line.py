"""The command line, run as a user runs it, against the deployed stack."""

import gzip
import json
import os
import subprocess
from decimal import Decimal

import pytest
from samples.signed_calls import new_device
from samples.waiting import wait_until

from lib.settings import PROJECT_ROOT


@pytest.fixture(scope="module")
def pipeline_command(deployment):
    """Runs `pipeline …` where the environment is not sourced: the local deployment is found."""
    environment = {
        **os.environ,
        "PIPELINE_DIRECTORY": str(deployment.credentials_file.parent.parent),
    }

    def run(*arguments, status=0):
        done = subprocess.run(
            [PROJECT_ROOT / "pipeline", *arguments],
            env=environment,
            capture_output=True,
            text=True,
            check=False,
            timeout=120,
        )
        assert done.returncode == status, done.stdout + done.stderr
        return done.stdout if status == 0 else done.stderr

    return run


def found(pipeline_command, device, *options):
    """The items of a query, numbers with every digit."""
    lines = pipeline_command("readings", "query", device, *options, "--format", "json").splitlines()
    return [json.loads(line, parse_float=Decimal) for line in lines]


def test_a_file_is_replayed_and_read_back_digit_by_digit(pipeline_command, tmp_path):
    device = new_device()
    values = [Decimal(n).scaleb(-17) + 20 for n in range(1, 2_501)]
    file = tmp_path / "log.jsonl.gz"
    rows = [
        f'{{"sensor": "{device}", "when": {1_750_000_000 + n}.25, "temp": {value}}}'
        for n, value in enumerate(values)
    ]
    file.write_bytes(gzip.compress("\n".join(rows).encode()))
    options = ("--device-field", "sensor", "--time-field", "when", "--metric", "temp=temperature")
    for _ in range(2):
        pipeline_command("readings", "import", str(file), *options)
    span = ("--start", "2025-06-15T00:00:00Z", "--end", "2025-06-16T00:00:00Z")
    items = wait_until(
        lambda: len(items := found(pipeline_command, device, *span)) == 2_500 and items,
        every_seconds=1,
    )
    assert [item["temperature"] for item in items] == values
    assert items[0]["timestamp"] == 1_750_000_000_250


def test_a_range_is_processed_again(pipeline_command):
    device = new_device()
    for n in range(3):
        pipeline_command(
            "readings", "send", device, f"n={n}", "--timestamp", f"2026-02-03T04:05:0{n}Z"
        )
    span = ("--start", "2026-02-03T04:00:00Z", "--end", "2026-02-03T05:00:00Z")
    first = wait_until(lambda: len(items := found(pipeline_command, device, *span)) == 3 and items)
    assert "3" in pipeline_command("readings", "reprocess", device, *span)
    wait_until(lambda: found(pipeline_command, device, *span) != first)
    again = found(pipeline_command, device, *span)
    assert [item["n"] for item in again] == [0, 1, 2]


def test_a_refusal_is_told_in_plain_lines(pipeline_command):
    told = pipeline_command("readings", "send", "no spaces allowed", "x=1", status=1)
    assert "device_id" in told
    assert "Traceback" not in told


def test_the_status_is_told(pipeline_command, deployment):
    told = pipeline_command("status")
    assert "running" in told
    assert deployment.api_endpoint in told
