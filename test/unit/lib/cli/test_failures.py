"""Errors as lines."""

import pytest

from lib.cli.failures import lines_of
from lib.cli.reading_files.errors import UnreadableFile
from lib.client import Fault, Misconfigured, Reading, SendReport, SendStopped, ValidationFailed


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
