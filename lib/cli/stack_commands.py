"""The commands that bring the pipeline up on this machine and down again."""

import os
import shlex
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import click
from rich.console import Console
from rich.markup import escape

from iot_pipeline.cli.terminal import say, visible
from lib.cli.local_errors import errors_as_sentences
from lib.local import LocalPipeline, LocalPipelineError, LocalSettings

_STOPPED_EXIT_CODE = 3


class ConsoleReport:
    """Prints every step with its duration."""

    def __init__(self, console: Console) -> None:
        """Print to the console."""
        self._console = console

    @contextmanager
    def step(self, title: str) -> Iterator[None]:
        """Show that the step runs, then how long it took."""
        started = time.monotonic()
        with self._console.status(f"{_markup(title)} …"):
            yield
        seconds = time.monotonic() - started
        self._console.print(f"[green]✓[/green] {_markup(title)} [dim]{seconds:.1f} s[/dim]")

    def note(self, sentence: str) -> None:
        """Print the sentence."""
        self._console.print(f"[cyan]•[/cyan] {_markup(sentence)}")


@click.command()
def up() -> None:
    """Start the engine and deploy the stack to it."""
    console = Console(highlight=False, soft_wrap=True)
    with errors_as_sentences():
        settings = LocalSettings.from_environment(os.environ)
        deployment = LocalPipeline(settings, report=ConsoleReport(console)).up()
    say(f"The pipeline is up: {deployment.api_endpoint}")
    say(f"To use it in this shell:  . {_shown(settings.directory / 'env')}")


@click.command()
@click.option("--destroy", is_flag=True, help="Destroy the stack and all of its data.")
def down(destroy: bool) -> None:
    """Stop the engine; its data is kept."""
    console = Console(highlight=False, soft_wrap=True)
    with errors_as_sentences():
        stopped = _pipeline(ConsoleReport(console)).down(destroy=destroy)
    if not stopped and not destroy:
        say("The engine was not running.")


@click.command()
def status() -> None:
    """Tell whether the pipeline runs; ends with 3 when it is stopped."""
    with errors_as_sentences():
        found = _pipeline().status()
    if found.pid is None:
        say("stopped")
        sys.exit(_STOPPED_EXIT_CODE)
    say("running" if found.healthy else "running, but it does not answer")
    say(f"process      {found.pid}")
    say(f"port         {found.port}")
    say(f"API          {found.api_endpoint or 'not deployed'}")
    say(f"environment  {found.suffix or 'not deployed'}")


@click.command()
def env() -> None:
    """Print what a shell sources to use the pipeline."""
    with errors_as_sentences():
        file = LocalSettings.from_environment(os.environ).directory / "env"
        if not file.is_file():
            raise LocalPipelineError("Nothing is deployed here: run `pipeline up` first.")
    sys.stdout.write(file.read_text(encoding="utf-8"))


def _pipeline(report: ConsoleReport | None = None) -> LocalPipeline:
    return LocalPipeline(LocalSettings.from_environment(os.environ), report=report)


def _markup(text: str) -> str:
    return escape(visible(text))


def _shown(file: Path) -> str:
    # Dot and slash: a POSIX shell would look for a bare name on the PATH.
    here = Path.cwd()
    return shlex.quote(f"./{file.relative_to(here)}" if file.is_relative_to(here) else str(file))
