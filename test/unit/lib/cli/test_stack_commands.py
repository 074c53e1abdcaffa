"""The commands that bring the pipeline up and down, where nothing was brought up yet."""

from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from lib.cli.stack_commands import down, env, status, up
from lib.local.environment import write_environment

BY_NAME = {command.name: command for command in (up, down, status, env)}


def run(command: str, directory: Path, **environment: str) -> Result:
    settings = {"PIPELINE_DIRECTORY": str(directory), **environment}
    return CliRunner().invoke(BY_NAME[command], env=settings)


def test_status_ends_with_3_when_the_pipeline_is_stopped(tmp_path: Path) -> None:
    result = run("status", tmp_path)

    assert (result.exit_code, result.output) == (3, "stopped\n")


def test_down_says_that_there_was_nothing_to_stop(tmp_path: Path) -> None:
    result = run("down", tmp_path)

    assert (result.exit_code, result.output) == (0, "The engine was not running.\n")


def test_env_before_the_first_up_is_an_error(tmp_path: Path) -> None:
    result = run("env", tmp_path)

    assert result.exit_code == 1
    assert result.output == "Error: Nothing is deployed here: run `pipeline up` first.\n"


def test_env_prints_what_a_shell_sources(tmp_path: Path) -> None:
    write_environment(tmp_path / "env", {"API_ENDPOINT": "https://127.0.0.1:4566/prod"})

    assert run("env", tmp_path).output == (tmp_path / "env").read_text()


@pytest.mark.parametrize("command", sorted(BY_NAME))
def test_a_wrong_setting_is_one_sentence_and_no_traceback(command: str, tmp_path: Path) -> None:
    result = run(command, tmp_path, PIPELINE_ENGINE_PORT="everywhere")

    assert result.exit_code == 1
    assert result.output == (
        "Error: PIPELINE_ENGINE_PORT must be a port from 1 to 65535, not 'everywhere'.\n"
    )
