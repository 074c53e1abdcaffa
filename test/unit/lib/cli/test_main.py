"""The command line as a whole."""

import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import Result

from lib.cli.main import main

Run = Callable[..., Result]
ROOT = Path(main.callback.__code__.co_filename).parents[2]
TIMEOUT_SECONDS = 30


@pytest.mark.parametrize("command", sorted(main.commands))
def test_every_command_explains_itself(run: Run, command: str) -> None:
    result = run(command, "--help")
    assert result.exit_code == 0
    assert result.stdout.startswith(f"Usage: pipeline {command} ")
    assert len(result.stdout.splitlines()) > 3


def test_an_unknown_command_ends_with_2(run: Run) -> None:
    assert run("fly").exit_code == 2


def test_the_module_is_the_command() -> None:
    result = subprocess.run(
        [sys.executable, "-m", "lib.cli", "--help"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=TIMEOUT_SECONDS,
        check=True,
    )
    assert result.stdout.startswith("Usage: pipeline ")


def test_the_script_works_from_any_directory_and_through_a_link(tmp_path: Path) -> None:
    # Packages of the same name in the working directory and on PYTHONPATH must not win.
    (tmp_path / "lib").mkdir()
    (tmp_path / "lib" / "__init__.py").write_text("raise SystemExit('the wrong lib')")
    (tmp_path / "link").symlink_to(ROOT / "pipeline")
    result = subprocess.run(
        [tmp_path / "link", "send", "--help"],
        cwd=tmp_path,
        env={**os.environ, "PYTHONPATH": str(tmp_path)},
        capture_output=True,
        text=True,
        timeout=TIMEOUT_SECONDS,
        check=True,
    )
    assert result.stdout.startswith("Usage: pipeline send ")


def test_without_a_virtual_environment_the_script_says_what_to_do(tmp_path: Path) -> None:
    shutil.copy(ROOT / "pipeline", tmp_path / "pipeline")
    result = subprocess.run(
        [tmp_path / "pipeline", "status"],
        capture_output=True,
        text=True,
        timeout=TIMEOUT_SECONDS,
        check=False,
    )
    assert result.returncode == 1
    assert result.stderr == (
        "pipeline: there is no .venv here yet. Run 'make' targets first, e.g. make up\n"
    )
