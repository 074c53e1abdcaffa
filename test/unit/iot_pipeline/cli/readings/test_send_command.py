"""`pipeline readings send`."""

from collections.abc import Callable
from decimal import Decimal

import pytest
from click.testing import Result

from iot_pipeline.testing import InMemoryPipeline, Response

Run = Callable[..., Result]


def test_one_reading_is_sent(run: Run, connected: InMemoryPipeline) -> None:
    result = run(
        "readings", "send", "pump", "temp=27.0", "n=-5", "on=true", "mode=eco=1", "--timestamp", "5"
    )
    assert result.exit_code == 0
    assert result.stdout == "Stored: pump at 1970-01-01T00:00:00.005Z\n"
    (reading,) = connected.readings()
    assert reading["sensor_data"] == {"temp": Decimal("27.0"), "n": -5, "on": True, "mode": "eco=1"}
    assert str(reading["sensor_data"]["temp"]) == "27.0"


def test_a_time_may_be_iso_8601(run: Run, connected: InMemoryPipeline) -> None:
    run("readings", "send", "pump", "temp=1", "--timestamp", "2020-07-13T02:05:35.773+02:00")
    assert connected.readings()[0]["timestamp"] == 1_594_598_735_773


def test_without_a_time_it_is_now(run: Run, connected: InMemoryPipeline) -> None:
    run("readings", "send", "pump", "temp=1")
    assert connected.readings()[0]["timestamp"] > 1_700_000_000_000


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["pump"], "Missing argument 'METRIC=VALUE...'"),
        (["pump", "temp"], "'temp' is not of the form metric=value"),
        (["pump", "=1"], "'=1' is not of the form metric=value"),
        (["pump", "temp=nan"], "temp: nan is not a finite number"),
        (["pump", "temp=1", "temp=2"], "a metric is given twice"),
        (["pump", "temp=1", "--timestamp", "soon"], "'soon' is not an ISO 8601 time; write"),
        (["pump", "temp=1", "--timestamp", "2020-07-13T00:00:00"], "has no offset from UTC"),
    ],
)
def test_wrong_usage_ends_with_2(
    run: Run, connected: InMemoryPipeline, arguments: list[str], message: str
) -> None:
    result = run("readings", "send", *arguments)
    assert result.exit_code == 2
    assert message in result.stderr
    assert connected.requests == []


def test_every_fault_is_one_line(run: Run, connected: InMemoryPipeline) -> None:
    error = {"code": "VALIDATION_ERROR", "message": "The request is not valid.", "requestId": "r-1"}
    details = [
        {"path": "device_id", "message": "is too long"},
        {"path": "sensor_data.9", "message": "is no name"},
    ]
    connected.upcoming.append(Response.json(400, {"error": {**error, "details": details}}))
    result = run("readings", "send", "pump", "9=1")
    assert result.exit_code == 1
    assert result.stderr == (
        "Error: The request is not valid. (VALIDATION_ERROR, request r-1)\n"
        "  device_id: is too long\n"
        "  sensor_data.9: is no name\n"
    )
