"""Alerts shown as they come."""

from collections.abc import Callable

import pytest

from iot_pipeline import NotAuthorized
from iot_pipeline.alerts import Alert
from iot_pipeline.cli.alerts.feed import AlertFeed
from iot_pipeline.cli.alerts.following import POLL_SECONDS, follow
from iot_pipeline.events import Event
from iot_pipeline.rules import RuleDefinition, Threshold
from iot_pipeline.testing import InMemoryPipeline, Response, in_memory_client

HOT = RuleDefinition("pump", Threshold("temperature", ">", 60))


def followed(pipeline: InMemoryPipeline, *happenings: Callable[[], object]) -> list[str]:
    """The statuses that are shown while one thing happens in each wait, and then Ctrl-C."""
    shown: list[Alert] = []
    coming = iter(happenings)

    def wait(seconds: float) -> None:
        assert seconds == POLL_SECONDS
        happening = next(coming, None)
        if happening is None:
            raise KeyboardInterrupt
        happening()

    follow(AlertFeed(in_memory_client(pipeline)), shown.append, wait=wait)
    return [alert.status for alert in shown]


@pytest.fixture
def pipeline() -> InMemoryPipeline:
    """A pipeline with a rule, and an alert of it that has ended."""
    pipeline = InMemoryPipeline()
    in_memory_client(pipeline).rules.create(HOT)
    measured(pipeline, 61)()
    measured(pipeline, 59)()
    return pipeline


def measured(pipeline: InMemoryPipeline, temperature: int) -> Callable[[], object]:
    client = in_memory_client(pipeline)
    return lambda: client.events.send(Event("pump", "temperature", temperature))


def nothing() -> None:
    """A wait in which nothing happens."""


def test_what_happens_from_now_on_is_shown_until_the_user_ends_it(
    pipeline: InMemoryPipeline, capsys: pytest.CaptureFixture[str]
) -> None:
    happenings = [nothing, measured(pipeline, 62), nothing, measured(pipeline, 58)]
    assert followed(pipeline, *happenings) == ["triggered", "resolved"]
    assert capsys.readouterr().err == "Waiting for alerts; Ctrl-C ends it.\n"


def test_what_passes_is_told_and_gone_over(
    pipeline: InMemoryPipeline, capsys: pytest.CaptureFixture[str]
) -> None:
    def fail_and_measure() -> None:
        measured(pipeline, 62)()
        pipeline.upcoming.extend([Response(503, b"")] * 8)

    assert followed(pipeline, fail_and_measure, nothing) == ["triggered"]
    assert "the API answered 503; trying again\n" in capsys.readouterr().err


def test_what_does_not_pass_ends_it(pipeline: InMemoryPipeline) -> None:
    with pytest.raises(NotAuthorized):
        followed(pipeline, lambda: pipeline.upcoming.append(Response(403, b"")))
