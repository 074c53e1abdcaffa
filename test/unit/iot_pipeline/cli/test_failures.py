"""Errors as lines."""

from collections.abc import Callable

import pytest
from click.testing import Result

from iot_pipeline import Fault, Misconfigured, ValidationFailed
from iot_pipeline.cli.failures import lines_of
from iot_pipeline.cli.readings.files.errors import UnreadableFile
from iot_pipeline.readings import Reading, SendReport, SendStopped
from iot_pipeline.testing import InMemoryPipeline
from iot_pipeline.testing.http import Response

Run = Callable[..., Result]
SPEAKS = "te\x1b]0;owned\x07mp\x9b31m\u202e"
SHOWN = r"te\x1b]0;owned\x07mp\x9b31m\u202e"


@pytest.mark.parametrize("error", [Misconfigured("No region."), UnreadableFile("No region.")])
def test_an_error_of_this_side_is_its_sentence(error: Exception) -> None:
    assert lines_of(error) == ["No region."]


def test_a_refusal_has_its_code_its_request_and_its_faults() -> None:
    faults = [Fault("device_id", "is required"), Fault("", "is empty")]
    error = ValidationFailed("Not valid.", code="VALIDATION_ERROR", details=faults, request_id="r")
    assert lines_of(error) == [
        "Not valid. (VALIDATION_ERROR, request r)",
        "device_id: is required",
        "is empty",
    ]


def test_a_fault_in_a_batch_names_the_reading_if_there_is_one() -> None:
    faults = [Fault("readings[0].sensor_data.t", "is bad"), Fault("readings[1]", "is unknown")]
    stopped = SendStopped(SendReport(accepted=2_000), [Reading("pump", {"t": 1}, 5)], "Not valid.")
    stopped.__cause__ = ValidationFailed("Not valid.", details=faults)
    assert lines_of(stopped) == [
        "stopped after 2,000 accepted readings: Not valid.",
        "readings[0].sensor_data.t: is bad (pump at 1970-01-01T00:00:00.005Z)",
        "readings[1]: is unknown",
    ]


def test_a_header_cannot_speak_to_the_terminal_through_faults(
    run: Run, connected: InMemoryPipeline
) -> None:
    fault = {"path": f"readings[0].sensor_data.{SPEAKS}", "message": f"{SPEAKS}\nis bad"}
    error = {"code": SPEAKS, "message": SPEAKS, "details": [fault], "requestId": SPEAKS}
    connected.upcoming.append(Response.json(400, {"error": error}))
    file = f"device_id,timestamp,{SPEAKS}\npump,1594598400000,1\n".encode()
    result = run("readings", "import", "-", stdin=file)
    assert result.exit_code == 1
    assert f"  readings[0].sensor_data.{SHOWN}: {SHOWN}\\nis bad (pump at" in result.stderr
    assert all(line.isprintable() for line in result.output.split("\n"))


@pytest.mark.parametrize(
    "arguments",
    [
        ["readings", "import", "-", "--dry-run", "--device-field", SPEAKS],
        ["readings", "import", "-", "--dry-run", "--skip-invalid"],
        ["rules", "show", "id", SPEAKS],
        ["rules", f"--{SPEAKS}"],
        [SPEAKS],
    ],
)
def test_whatever_is_wrong_is_told_in_printable_lines(
    run: Run, connected: InMemoryPipeline, arguments: list[str]
) -> None:
    file = f"device_id,timestamp,{SPEAKS}\npump,{SPEAKS},1\n".encode()
    result = run(*arguments, stdin=file)
    assert SHOWN in result.stderr
    assert all(line.isprintable() for line in result.output.split("\n"))
