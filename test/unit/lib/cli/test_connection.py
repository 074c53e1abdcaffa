"""Which API is called, and as whom."""

import os
from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import Result

from lib.cli.connection import connect
from lib.client import Misconfigured
from lib.client.testing import InMemoryPipeline, LoopbackApi
from lib.local.environment import write_environment

Run = Callable[..., Result]


@pytest.fixture
def deployed(nowhere: Path, api: LoopbackApi, monkeypatch: pytest.MonkeyPatch) -> InMemoryPipeline:
    """A local deployment whose `writer` alone holds the right keys."""
    # What the command sets for itself is taken back after the test.
    monkeypatch.setattr(os, "environ", os.environ.copy())
    os.environ["AWS_ACCESS_KEY_ID"] = "of another account"
    os.environ["AWS_SECRET_ACCESS_KEY"] = "of another account"
    nowhere.mkdir()
    (nowhere / "credentials").write_text(
        "[writer]\naws_access_key_id = AKIDEXAMPLE\naws_secret_access_key = the/secret+key\n"
        "[operator]\naws_access_key_id = AKIDOPERATOR\naws_secret_access_key = operator\n"
    )
    variables = {
        "API_ENDPOINT": api.endpoint,
        "AWS_REGION": "eu-central-1",
        "AWS_SHARED_CREDENTIALS_FILE": str(nowhere / "credentials"),
        "AWS_PROFILE": "operator",
    }
    write_environment(nowhere / "env", variables)
    return api.pipeline


def test_the_local_deployment_is_called_as_the_one_who_may(deployed: InMemoryPipeline) -> None:
    with connect("writer") as client:
        assert client.health().status == "ok"


def test_a_profile_of_the_users_choice_is_kept(
    deployed: InMemoryPipeline, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("AWS_PROFILE", "nobody")
    with pytest.raises(Misconfigured, match="nobody"):
        connect("writer")


def test_an_api_in_the_environment_goes_before_the_local_one(
    deployed: InMemoryPipeline, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("API_ENDPOINT", "not an address")
    with pytest.raises(Misconfigured, match="not an address"):
        connect("writer")


def test_nothing_deployed_is_one_sentence(run: Run, nowhere: Path) -> None:
    result = run("send", "pump", "temp=1")
    assert result.exit_code == 1
    assert result.stderr == (
        "Error: API_ENDPOINT is not set: run 'make up', or source the environment of a "
        "deployment.\n"
    )
