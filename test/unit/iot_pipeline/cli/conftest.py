"""The commands as a user types them, against an API on a loopback socket."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from botocore.credentials import Credentials
from click.testing import CliRunner, Result

from iot_pipeline.cli.main import main
from iot_pipeline.testing import InMemoryPipeline, LoopbackApi

Pipeline = Callable[..., Result]


@pytest.fixture
def api() -> Iterator[LoopbackApi]:
    credentials = Credentials("AKIDEXAMPLE", "the/secret+key")
    with LoopbackApi(InMemoryPipeline(), credentials=credentials, region="eu-central-1") as api:
        yield api


@pytest.fixture
def nowhere(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    """An environment in which no API is named and nothing is deployed; the local directory."""
    for name in ("API_ENDPOINT", "AWS_PROFILE", "AWS_SESSION_TOKEN", "PIPELINE_API_KEY"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("AWS_SHARED_CREDENTIALS_FILE", str(tmp_path / "credentials"))
    monkeypatch.setenv("AWS_CONFIG_FILE", str(tmp_path / "config"))
    monkeypatch.setenv("PIPELINE_DIRECTORY", str(tmp_path / "local"))
    return tmp_path / "local"


@pytest.fixture
def connected(nowhere: Path, api: LoopbackApi, monkeypatch: pytest.MonkeyPatch) -> InMemoryPipeline:
    """An environment that names the API; what it is the API of."""
    monkeypatch.setenv("API_ENDPOINT", api.endpoint)
    monkeypatch.setenv("AWS_REGION", "eu-central-1")
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "AKIDEXAMPLE")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "the/secret+key")
    return api.pipeline


@pytest.fixture
def run() -> Pipeline:
    """Runs `pipeline` with the arguments."""

    def run(*arguments: str, stdin: bytes | None = None) -> Result:
        return CliRunner().invoke(main, arguments, input=stdin, prog_name="pipeline")

    return run
