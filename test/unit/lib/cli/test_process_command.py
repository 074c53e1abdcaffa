"""`pipeline process`."""

from collections.abc import Callable

from click.testing import Result

from lib.client.testing import Answer, InMemoryPipeline

Run = Callable[..., Result]
SPAN = ["--start", "1970-01-01T00:00:00Z", "--end", "100"]


def test_what_is_queued_is_said(run: Run, connected: InMemoryPipeline) -> None:
    answer = {"message": "Accepted", "device_id": "pump", "enqueued": 700}
    connected.upcoming += [
        Answer.json(202, {**answer, "next_start": 50}),
        Answer.json(202, answer),
    ]
    result = run("process", "pump", *SPAN)
    assert result.stdout == "1,400 messages queued to process pump again\n"
    assert [call.content()["start"] for call in connected.calls] == [0, 50]


def test_a_dry_run_only_counts(run: Run, connected: InMemoryPipeline) -> None:
    result = run("process", "pump", *SPAN, "--dry-run")
    assert result.stdout == "0 messages would be queued to process pump again\n"
    assert connected.calls[0].content()["dry_run"] is True


def test_both_ends_are_needed(run: Run, connected: InMemoryPipeline) -> None:
    assert run("process", "pump", "--start", "5").exit_code == 2
