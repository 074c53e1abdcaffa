"""`pipeline stats show`."""

from collections.abc import Callable

import pytest
from click.testing import Result

from iot_pipeline import exact_json
from iot_pipeline.states import DeviceState
from iot_pipeline.testing import InMemoryPipeline, in_memory_client

Run = Callable[..., Result]
DAY = "2023-06-16"
NOON_MS = 1_686_916_800_000


@pytest.fixture
def counted(connected: InMemoryPipeline) -> InMemoryPipeline:
    """A pipeline with the counts of a day."""
    states = [("phone", "erasure failed"), *[("laptop", "erased")] * 3, ("\x1b[31mpad", "new")]
    in_memory_client(connected).states.send_batch(DeviceState(*one, NOON_MS) for one in states)
    connected.requests.clear()
    return connected


def test_json_is_what_the_api_answers(run: Run, counted: InMemoryPipeline) -> None:
    result = run("stats", "show", DAY, "--format", "json")
    lines = [exact_json.loads(line) for line in result.stdout.splitlines()]
    assert lines[1] == {"date": DAY, "type": "laptop", "state": "erased", "count": 3}
    assert len(lines) == 3


def test_csv_has_a_header(run: Run, counted: InMemoryPipeline) -> None:
    lines = run("stats", "show", DAY, "--format", "csv").stdout.splitlines()
    assert (lines[0], lines[2]) == ("date,type,state,count", f"{DAY},laptop,erased,3")


def test_a_table_shows_every_count_and_cannot_speak_to_the_terminal(
    run: Run, connected: InMemoryPipeline
) -> None:
    states = [DeviceState(f"\x1b[31m{n:03}", "new", NOON_MS) for n in range(150)]
    in_memory_client(connected).states.send_batch(states)
    result = run("stats", "show", DAY)
    assert "[31m149" in result.stdout
    assert "\x1b" not in result.stdout
    assert result.stderr == ""


def test_without_a_date_the_api_says_which_is_today(run: Run, counted: InMemoryPipeline) -> None:
    assert run("stats", "show").stdout == "No items.\n"
    assert counted.requests[0].query == {}


def test_what_is_no_date_ends_with_2(run: Run, connected: InMemoryPipeline) -> None:
    assert run("stats", "show", "16.06.2023").exit_code == 2
    assert connected.requests == []
