"""`pipeline readings reprocess`."""

from collections.abc import Callable

from click.testing import Result

from iot_pipeline.readings import Reading
from iot_pipeline.testing import InMemoryPipeline, Response, in_memory_client

Run = Callable[..., Result]
SPAN = ["--start", "1970-01-01T00:00:00Z", "--end", "100"]


def test_what_is_queued_is_said(run: Run, connected: InMemoryPipeline) -> None:
    answer = {"message": "Processing started", "device_id": "pump", "enqueued": 700}
    connected.upcoming += [
        Response.json(202, {**answer, "next_start": 50}),
        Response.json(202, answer),
    ]
    result = run("readings", "reprocess", "pump", *SPAN)
    assert result.stdout == "1,400 readings of pump queued to be processed again\n"
    assert [call.content()["start"] for call in connected.requests] == [0, 50]


def test_a_dry_run_only_counts(run: Run, connected: InMemoryPipeline) -> None:
    in_memory_client(connected).readings.send_batch(Reading("pump", {"n": n}, n) for n in (5, 6))
    result = run("readings", "reprocess", "pump", *SPAN, "--dry-run")
    assert result.stdout == "2 readings of pump would be queued to be processed again\n"
    assert connected.requests[-1].content()["dry_run"] is True


def test_both_ends_are_needed(run: Run, connected: InMemoryPipeline) -> None:
    assert run("readings", "reprocess", "pump", "--start", "5").exit_code == 2
