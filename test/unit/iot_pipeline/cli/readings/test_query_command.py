"""`pipeline readings query`."""

import csv
import io
from collections.abc import Callable
from decimal import Decimal

import pytest
from click.testing import Result

from iot_pipeline import exact_json
from iot_pipeline.readings import Reading
from iot_pipeline.testing import InMemoryPipeline, in_memory_client

Run = Callable[..., Result]
START_MS = 1_594_598_400_000
DAY = ["--date", "2020-07-13"]


@pytest.fixture
def stored(connected: InMemoryPipeline) -> InMemoryPipeline:
    """A pipeline in which 120 readings are stored, two of them with a metric of their own."""
    readings = [
        Reading("pump", {"co": Decimal("0.0056825985719608325"), "n": n}, START_MS + n)
        for n in range(118)
    ]
    own = [Reading("pump", {"mode": "\x1b[31meco"}, START_MS + 1_000 + n) for n in range(2)]
    in_memory_client(connected).readings.send_stream([*readings, *own])
    connected.requests.clear()
    return connected


def test_json_is_one_exact_item_a_line(run: Run, stored: InMemoryPipeline) -> None:
    result = run("readings", "query", "pump", *DAY, "--format", "json")
    items = [exact_json.loads(line) for line in result.stdout.splitlines()]
    assert len(items) == 120
    assert items[0]["co"] == Decimal("0.0056825985719608325")
    assert [item["timestamp"] for item in items] == sorted(item["timestamp"] for item in items)


def test_csv_has_every_metric_that_occurs(run: Run, stored: InMemoryPipeline) -> None:
    result = run("readings", "query", "pump", *DAY, "--format", "csv", "--table", "raw")
    rows = list(csv.DictReader(io.StringIO(result.stdout)))
    assert len(rows) == 120
    assert list(rows[0])[:4] == ["device_id", "timestamp", "sensor_data.co", "sensor_data.n"]
    assert rows[0]["sensor_data.co"] == "0.0056825985719608325"
    assert rows[0]["sensor_data.mode"] == ""


def test_a_table_shows_times_for_people_and_only_the_first_hundred(
    run: Run, stored: InMemoryPipeline
) -> None:
    result = run("readings", "query", "pump", *DAY)
    assert "2020-07-13T00:00:00.007Z" in result.stdout
    assert "2020-07-13T00:00:00.099Z" in result.stdout
    assert "2020-07-13T00:00:00.100Z" not in result.stdout
    assert "0.0056825985719608325" in result.stdout
    assert result.stderr == "Only the first 100 are shown: --limit shows more.\n"


def test_csv_is_for_spreadsheets_unless_it_is_to_be_exact(
    run: Run, connected: InMemoryPipeline
) -> None:
    reading = Reading("-pump", {"mode": "=1+1", "level": Decimal("-1.50")}, START_MS)
    in_memory_client(connected).readings.send_stream([reading])
    for shape, device, mode in (("csv", "'-pump", "'=1+1"), ("csv-exact", "-pump", "=1+1")):
        result = run("readings", "query", *DAY, "--format", shape, "--", "-pump")
        (row,) = csv.DictReader(io.StringIO(result.stdout))
        assert (row["device_id"], row["mode"], row["level"]) == (device, mode, "-1.50")


def test_a_metric_cannot_speak_to_the_terminal(run: Run, stored: InMemoryPipeline) -> None:
    result = run("readings", "query", "pump", *DAY, "--order", "desc", "--limit", "1")
    assert "\x1b" not in result.stdout
    assert "[31meco" in result.stdout
    assert result.stderr == ""


def test_a_limit_is_not_more_than_is_asked_of_the_api(run: Run, stored: InMemoryPipeline) -> None:
    result = run(
        "readings", "query", "pump", *DAY, "--format", "json", "--limit", "3", "--order", "desc"
    )
    assert [exact_json.loads(line).get("mode") for line in result.stdout.splitlines()] == [
        "\x1b[31meco",
        "\x1b[31meco",
        None,
    ]
    (call,) = stored.requests
    assert call.query["limit"] == "3"


def test_a_span_is_half_open(run: Run, stored: InMemoryPipeline) -> None:
    span = ["--start", "2020-07-13T00:00:00.005Z", "--end", str(START_MS + 7)]
    result = run("readings", "query", "pump", *span, "--format", "json")
    assert [exact_json.loads(line)["n"] for line in result.stdout.splitlines()] == [5, 6]


def test_nothing_found_is_said(run: Run, stored: InMemoryPipeline) -> None:
    result = run("readings", "query", "nobody", *DAY)
    assert (result.exit_code, result.stdout) == (0, "No items.\n")


@pytest.mark.parametrize(
    "options",
    [
        ["--start", "5"],
        ["--end", "5"],
        [*DAY, "--start", "5", "--end", "6"],
        ["--date", "13.07.2020"],
        ["--limit", "0"],
        ["--table", "other"],
    ],
)
def test_wrong_usage_ends_with_2(run: Run, connected: InMemoryPipeline, options: list[str]) -> None:
    assert run("readings", "query", "pump", *options).exit_code == 2
    assert connected.requests == []
