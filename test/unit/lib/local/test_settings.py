"""The local pipeline's settings."""

from pathlib import Path

import pytest

from lib.local.errors import LocalPipelineError
from lib.local.settings import LocalSettings
from lib.settings import PROJECT_ROOT


def test_nothing_need_be_set() -> None:
    settings = LocalSettings.from_environment({})

    assert settings == LocalSettings(PROJECT_ROOT / ".local", 4566, "us-east-1", "dev")


def test_everything_can_be_set(tmp_path: Path) -> None:
    settings = LocalSettings.from_environment(
        {
            "PIPELINE_DIRECTORY": str(tmp_path),
            "PIPELINE_ENGINE_PORT": "5000",
            "AWS_REGION": "eu-west-1",
            "ENVIRONMENT_SUFFIX": "mine",
        }
    )

    assert settings == LocalSettings(tmp_path, 5000, "eu-west-1", "mine")


@pytest.mark.parametrize("port", ["0", "65536", "-1", "http", "4566.5", "٤٥"])
def test_a_port_that_is_none_is_named(port: str) -> None:
    with pytest.raises(LocalPipelineError, match="PIPELINE_ENGINE_PORT must be a port"):
        LocalSettings.from_environment({"PIPELINE_ENGINE_PORT": port})


def test_the_stacks_own_settings_are_checked_before_anything_starts() -> None:
    with pytest.raises(LocalPipelineError, match="ENVIRONMENT_SUFFIX"):
        LocalSettings.from_environment({"ENVIRONMENT_SUFFIX": "Not A Suffix"})
