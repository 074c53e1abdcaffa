"""The command line as a whole."""

import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import click
import pytest
from click.testing import Result

from iot_pipeline.cli.lazy_group import LazyGroup
from iot_pipeline.cli.main import COMMANDS
from lib.cli.main import main
from lib.settings import PROJECT_ROOT

Run = Callable[..., Result]
Named = tuple[tuple[str, ...], click.Command]
TIMEOUT_SECONDS = 30
LONGEST_SUMMARY = 100


def commands(command: click.Command, names: tuple[str, ...] = ()) -> Iterator[Named]:
    """The command with the names that lead to it, and all below it."""
    yield names, command
    if isinstance(command, click.Group):
        context = click.Context(command)
        for name in command.list_commands(context):
            found = command.get_command(context, name)
            assert found is not None
            yield from commands(found, (*names, name))


@pytest.mark.parametrize(("names", "command"), commands(main))
def test_every_command_explains_itself(
    run: Run, names: tuple[str, ...], command: click.Command
) -> None:
    result = run(*names, "--help")
    assert result.exit_code == 0
    assert result.stdout.startswith(" ".join(("Usage: pipeline", *names)))
    assert len(result.stdout.splitlines()) > 3


@pytest.mark.parametrize(
    ("names", "group"),
    [one for one in commands(main) if isinstance(one[1], LazyGroup)],
)
def test_a_lazy_group_lists_each_command_with_what_it_says_of_itself(
    run: Run, names: tuple[str, ...], group: click.Group
) -> None:
    shown = run(*names, "--help").stdout
    listed = shown.partition("Commands:\n")[2].split()
    for path, command in commands(group):
        if len(path) == 1:
            told = command.get_short_help_str(LONGEST_SUMMARY).rstrip(".").split()
            assert " ".join((*path, *told)) in " ".join(listed)


def test_a_list_of_commands_imports_none_of_them() -> None:
    program = "import sys; from lib.cli.main import main; main(['--help'], standalone_mode=False); "
    program += "print(sorted(name for name in sys.modules if name.startswith(('lib.', 'rich'))))"
    told = subprocess.run(
        [sys.executable, "-c", program],
        cwd=PROJECT_ROOT,
        capture_output=True,
        text=True,
        timeout=TIMEOUT_SECONDS,
        check=True,
    )
    assert told.stdout.splitlines()[-1] == "['lib.cli', 'lib.cli.main']"


def test_the_client_alone_has_no_command_that_needs_the_checkout() -> None:
    beside = set(main.list_commands(click.Context(main))) - set(COMMANDS)
    assert beside == {"cost", "demo", "down", "env", "status", "up"}


def test_an_unknown_command_ends_with_2(run: Run) -> None:
    assert run("fly").exit_code == 2


def test_the_module_is_the_command() -> None:
    result = subprocess.run(
        [sys.executable, "-m", "lib.cli", "--help"],
        cwd=PROJECT_ROOT,
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
    (tmp_path / "link").symlink_to(PROJECT_ROOT / "pipeline")
    result = subprocess.run(
        [tmp_path / "link", "readings", "--help"],
        cwd=tmp_path,
        env={**os.environ, "PYTHONPATH": str(tmp_path)},
        capture_output=True,
        text=True,
        timeout=TIMEOUT_SECONDS,
        check=True,
    )
    assert result.stdout.startswith("Usage: pipeline readings ")


def test_without_a_virtual_environment_the_script_says_what_to_do(tmp_path: Path) -> None:
    shutil.copy(PROJECT_ROOT / "pipeline", tmp_path / "pipeline")
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
