"""`pipeline events list`."""

from collections.abc import Callable

from click.testing import Result

from iot_pipeline import exact_json
from iot_pipeline.events import Event
from iot_pipeline.testing import InMemoryPipeline, in_memory_client

Run = Callable[..., Result]


def test_events_are_shown_with_times_for_people(run: Run, connected: InMemoryPipeline) -> None:
    in_memory_client(connected).events.send(Event("5e:44", "door", True, 5))
    result = run("events", "list", "5e:44")
    assert "1970-01-01T00:00:00.005Z" in result.stdout
    assert "door" in result.stdout


def test_events_are_narrowed_and_exact_for_programs(run: Run, connected: InMemoryPipeline) -> None:
    client = in_memory_client(connected)
    client.events.send_batch(Event("pump", "n", n, n) for n in range(9))
    client.events.send(Event("pump", "door", True, 5))
    span = ["--type", "n", "--start", "2", "--end", "6", "--order", "desc"]
    result = run("events", "list", "pump", *span, "--limit", "3", "--format", "json")
    lines = [exact_json.loads(line) for line in result.stdout.splitlines()]
    assert [line["value"] for line in lines] == [5, 4, 3]
    assert lines[0] == {
        "device_id": "pump",
        "type": "n",
        "value": 5,
        "ts": 5,
        "ingested_at": 5,
        "request_id": "in-memory",
    }
