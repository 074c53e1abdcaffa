"""Which API is called, where only the client is installed."""

from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import Result

from iot_pipeline.testing import InMemoryPipeline

Run = Callable[..., Result]
SEND = ("readings", "send", "pump", "temp=1")


def test_the_api_is_the_one_that_the_environment_names(
    run: Run, connected: InMemoryPipeline
) -> None:
    assert run(*SEND).exit_code == 0
    assert len(connected.readings()) == 1


def test_an_environment_that_names_none_is_one_sentence(run: Run, nowhere: Path) -> None:
    result = run(*SEND)
    assert (result.exit_code, result.stderr) == (
        1,
        "Error: API_ENDPOINT is not set: it belongs to the environment of a deployment.\n",
    )


def test_what_is_no_address_is_one_sentence(
    run: Run, connected: InMemoryPipeline, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("API_ENDPOINT", "not an address")
    assert "'not an address' is not an http(s) address" in run(*SEND).stderr
