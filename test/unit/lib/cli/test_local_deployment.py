"""The local deployment is entered by whoever names no other."""

import os
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from botocore.credentials import Credentials
from click.testing import Result

from iot_pipeline.testing import InMemoryPipeline, LoopbackApi
from lib.local.environment import write_environment

Run = Callable[..., Result]
SEND = ("readings", "send", "pump", "temp=1")


@pytest.fixture
def deployed(nowhere: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[InMemoryPipeline]:
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
    credentials = Credentials("AKIDEXAMPLE", "the/secret+key")
    with LoopbackApi(InMemoryPipeline(), credentials=credentials, region="eu-central-1") as api:
        variables = {
            "API_ENDPOINT": api.endpoint,
            "AWS_REGION": "eu-central-1",
            "AWS_SHARED_CREDENTIALS_FILE": str(nowhere / "credentials"),
            "AWS_PROFILE": "operator",
        }
        write_environment(nowhere / "env", variables)
        yield api.pipeline


def test_the_local_deployment_is_called_as_the_one_who_may(
    run: Run, deployed: InMemoryPipeline
) -> None:
    result = run(*SEND)
    assert result.exit_code == 0, result.stderr
    assert len(deployed.readings()) == 1


def test_a_profile_of_the_users_choice_is_kept(
    run: Run, deployed: InMemoryPipeline, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("AWS_PROFILE", "nobody")
    result = run(*SEND)
    assert (result.exit_code, "nobody" in result.stderr) == (1, True)


def test_an_api_in_the_environment_goes_before_the_local_one(
    run: Run, deployed: InMemoryPipeline, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("API_ENDPOINT", "not an address")
    assert "'not an address' is not an http(s) address" in run(*SEND).stderr
    assert deployed.requests == []


def test_nothing_deployed_is_one_sentence(run: Run, nowhere: Path) -> None:
    result = run(*SEND)
    assert result.exit_code == 1
    assert result.stderr == (
        "Error: API_ENDPOINT is not set: run 'make up', or source the environment of a "
        "deployment.\n"
    )


def test_a_wrong_setting_of_the_local_deployment_is_one_sentence(
    run: Run, nowhere: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PIPELINE_ENGINE_PORT", "everywhere")
    result = run(*SEND)
    assert (result.exit_code, result.stderr.count("\n")) == (1, 1)
    assert "PIPELINE_ENGINE_PORT must be a port" in result.stderr
