"""How the client is set up."""

from pathlib import Path

import pytest
from botocore.credentials import Credentials

from iot_pipeline import Health, Misconfigured, PipelineClient
from iot_pipeline.testing import LoopbackApi


@pytest.fixture(autouse=True)
def no_aws_settings(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """Whatever the developer is signed in to, the tests are not."""
    for name in ("AWS_PROFILE", "AWS_REGION", "AWS_DEFAULT_REGION", "AWS_ACCESS_KEY_ID"):
        monkeypatch.delenv(name, raising=False)
    for name in ("API_ENDPOINT", "PIPELINE_API_KEY", "AWS_SECRET_ACCESS_KEY", "AWS_SESSION_TOKEN"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("AWS_SHARED_CREDENTIALS_FILE", str(tmp_path / "credentials"))
    monkeypatch.setenv("AWS_CONFIG_FILE", str(tmp_path / "config"))
    monkeypatch.setenv("AWS_EC2_METADATA_DISABLED", "true")


def test_the_service_tells_how_it_is(client: PipelineClient) -> None:
    assert client.health() == Health("ok", "in-memory")


@pytest.mark.parametrize("endpoint", ["", "api.example.com/prod", "ftp://x/prod", "https://"])
def test_an_endpoint_that_is_no_address_is_refused(endpoint: str) -> None:
    with pytest.raises(Misconfigured, match="not an http"):
        PipelineClient(endpoint, credentials=Credentials("a", "b"), region="us-east-1")


def test_missing_credentials_and_region_are_named() -> None:
    with pytest.raises(Misconfigured, match="no AWS credentials"):
        PipelineClient("https://api.example.com/prod", region="us-east-1")
    with pytest.raises(Misconfigured, match="no AWS region"):
        PipelineClient("https://api.example.com/prod", credentials=Credentials("a", "b"))


def test_the_environment_says_which_api_and_who(
    api: LoopbackApi, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    (tmp_path / "credentials").write_text(
        "[fitting]\naws_access_key_id = AKIDEXAMPLE\naws_secret_access_key = the/secret+key\n"
        "aws_session_token = a/session+token==\n"
        "[other]\naws_access_key_id = AKIDOTHER\naws_secret_access_key = other\n"
    )
    monkeypatch.setenv("API_ENDPOINT", api.endpoint + "/")
    monkeypatch.setenv("AWS_REGION", "eu-central-1")
    monkeypatch.setenv("AWS_PROFILE", "other")
    monkeypatch.setenv("PIPELINE_API_KEY", "k-1")
    # A profile that is named wins over keys in the environment.
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "AKIDOTHER")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "other")
    with PipelineClient.from_environment("fitting") as client:
        assert client.health().status == "ok"
    assert api.pipeline.requests[0].headers["x-api-key"] == "k-1"


def test_an_unknown_profile_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("API_ENDPOINT", "https://api.example.com/prod")
    with pytest.raises(Misconfigured, match="nobody"):
        PipelineClient.from_environment("nobody")


def test_an_environment_without_an_endpoint_is_refused() -> None:
    with pytest.raises(Misconfigured, match="API_ENDPOINT is not set"):
        PipelineClient.from_environment()
