"""The checkout's commands as a user types them."""

from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from lib.cli.main import main


@pytest.fixture
def run() -> Callable[..., Result]:
    """Runs `pipeline` with the arguments."""

    def run(*arguments: str) -> Result:
        return CliRunner().invoke(main, arguments, prog_name="pipeline")

    return run


@pytest.fixture
def nowhere(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    """An environment in which no API is named and nothing is deployed; the local directory."""
    for name in ("API_ENDPOINT", "AWS_PROFILE", "AWS_SESSION_TOKEN", "PIPELINE_API_KEY"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("PIPELINE_DIRECTORY", str(tmp_path / "local"))
    return tmp_path / "local"
