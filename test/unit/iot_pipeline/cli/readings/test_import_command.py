"""`pipeline readings import`."""

import gzip
from collections.abc import Callable
from decimal import Decimal
from pathlib import Path

import pytest
from click.testing import Result

from iot_pipeline import exact_json
from iot_pipeline.testing import InMemoryPipeline, Response

Run = Callable[..., Result]


def message(n: int) -> dict[str, object]:
    """Like the messages of the real sensors."""
    return {
        "data": {"co": Decimal("0.0056825985719608325"), "n": n},
        "device_id": f"5e:44:{n % 3}",
        "ts": Decimal(f"1594598735.77{n:04}"),
        "device": "iot-device-02",
    }


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "telemetry"
    path.write_bytes(gzip.compress(exact_json.dumps([message(n) for n in range(2_500)]).encode()))
    return path


def test_a_file_is_sent_exactly(run: Run, connected: InMemoryPipeline, file: Path) -> None:
    result = run("readings", "import", str(file))
    assert result.exit_code == 0
    assert result.stderr == (
        "Found a JSON array (gzip); device in 'device_id', time in 'ts' (s), metrics in 'data'\n"
    )
    assert result.stdout.startswith("Sent 2,500 readings in 3 requests, ")
    assert "retries: 0," in result.stdout
    sent = {reading["sensor_data"]["n"]: reading for reading in connected.readings()}
    assert len(sent) == 2_500
    assert sent[5] == {
        "device_id": "5e:44:2",
        "sensor_data": {"co": Decimal("0.0056825985719608325"), "n": 5},
        "timestamp": 1_594_598_735_770,
    }


def test_sending_a_file_again_changes_nothing(
    run: Run, connected: InMemoryPipeline, file: Path
) -> None:
    run("readings", "import", str(file))
    run("readings", "import", str(file), "--batch-size", "7", "--limit", "50", "--concurrency", "2")
    assert len(connected.readings()) == 2_500
    assert len(connected.requests) == 3 + 8


def test_a_dry_run_needs_no_api(run: Run, nowhere: Path, file: Path) -> None:
    result = run("readings", "import", str(file), "--dry-run")
    assert result.exit_code == 0
    assert result.stdout.startswith("Would send 2,500 readings in 3 requests, ")


def test_csv_from_stdin_is_mapped_as_told(run: Run, connected: InMemoryPipeline) -> None:
    text = b"where;when;temp (C);hum;note\nlab;1594598735773000;27.0;;x\n"
    options = ["--device-field", "where", "--time-field", "when", "--time-unit", "us"]
    result = run(
        *(
            "readings",
            "import",
            "-",
            *options,
            "--metric",
            "temp (C)=temperature",
            "--exclude",
            "note",
        ),
        stdin=text,
    )
    assert result.exit_code == 0
    assert connected.readings() == [
        {
            "device_id": "lab",
            "sensor_data": {"temperature": Decimal("27.0")},
            "timestamp": 1_594_598_735_773,
        }
    ]


def test_the_first_row_that_is_no_reading_stops(
    run: Run, connected: InMemoryPipeline, tmp_path: Path
) -> None:
    lines = [exact_json.dumps(message(n)) for n in range(25)]
    lines[22] = '{"device_id": "x", "ts": "soon", "data": {"n": 1}}'
    (tmp_path / "lines").write_text("\n".join(lines))
    result = run("readings", "import", str(tmp_path / "lines"), "--batch-size", "10")
    assert result.exit_code == 1
    assert result.stderr.splitlines()[1:] == [
        "Error: line 23: 'soon' is not a number (--skip-invalid goes on)",
        "  20 readings were accepted; to send the file again is safe.",
    ]


def test_rows_that_are_no_readings_may_be_skipped_and_are_counted(
    run: Run, connected: InMemoryPipeline, tmp_path: Path
) -> None:
    lines = [exact_json.dumps(message(n)) for n in range(25)]
    lines[3:20] = ["{"] * 17
    (tmp_path / "lines").write_text("\n".join(lines))
    result = run("readings", "import", str(tmp_path / "lines"), "--skip-invalid")
    assert result.exit_code == 0
    assert result.stderr.count("skipped: line ") == 5
    assert result.stdout.endswith("; skipped 17 rows\n")
    assert len(connected.readings()) == 8


def test_a_refused_reading_is_named(run: Run, connected: InMemoryPipeline, file: Path) -> None:
    error = {"code": "VALIDATION_ERROR", "message": "The request is not valid.", "requestId": "r-1"}
    details = [{"path": "readings[0].sensor_data.n", "message": "is too small"}]
    connected.upcoming.append(Response.json(400, {"error": {**error, "details": details}}))
    result = run("readings", "import", str(file), "--limit", "10")
    assert result.exit_code == 1
    assert result.stderr.splitlines()[1:] == [
        "Error: stopped after 0 accepted readings: The request is not valid. "
        "(VALIDATION_ERROR, request r-1)",
        "  readings[0].sensor_data.n: is too small (5e:44:0 at 2020-07-13T00:05:35.770Z)",
    ]


def test_a_file_that_cannot_be_read_is_one_line(run: Run, nowhere: Path, tmp_path: Path) -> None:
    (tmp_path / "empty").write_bytes(b"")
    result = run("readings", "import", str(tmp_path / "empty"))
    assert (result.exit_code, result.stderr) == (1, "Error: there is nothing in it\n")


@pytest.mark.parametrize(
    "option",
    [["--metric", "temp"], ["--batch-size", "1001"], ["--concurrency", "0"], ["--time-unit", "m"]],
)
def test_wrong_usage_ends_with_2(run: Run, nowhere: Path, file: Path, option: list[str]) -> None:
    assert run("readings", "import", str(file), *option).exit_code == 2


def test_a_number_that_is_out_of_every_range_is_told_in_its_line(
    run: Run, connected: InMemoryPipeline
) -> None:
    good = '{"device_id":"a","timestamp":1594598400000,"sensor_data":{"t":1}}'
    file = f"{good}\n{good.replace(':1}', ':1e99999999999999999999}')}\n".encode()
    result = run("readings", "import", "-", "--dry-run", "--skip-invalid", stdin=file)
    assert result.exit_code == 0
    assert "line 2: it is not JSON: a number has an exponent out of range" in result.stderr
