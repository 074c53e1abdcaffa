"""Errors as the command line tells them: one clear line, faults below it, never a traceback."""

import re
from collections.abc import Sequence
from typing import IO, Any

import click
from botocore.exceptions import BotoCoreError, ClientError

from iot_pipeline import AnsweredWithError, Fault, PipelineError
from iot_pipeline.cli.lazy_group import LazyGroup
from iot_pipeline.cli.readings.files.errors import UnreadableFile
from iot_pipeline.cli.terminal import say, visible
from iot_pipeline.moments import ms_to_iso
from iot_pipeline.readings import Reading, SendStopped

_TOLD = (PipelineError, UnreadableFile, BotoCoreError, ClientError)
_INDEX = re.compile(r"readings\[(\d+)\]")


class CommandFailed(click.ClickException):
    """Ends the command with 1, its lines on stderr."""

    def __init__(self, *lines: str) -> None:
        """Take the error, and what stands below it."""
        super().__init__("\n  ".join(lines))
        self._lines = lines

    def show(self, _file: IO[Any] | None = None) -> None:
        """Print the lines."""
        error, *below = self._lines
        say(f"Error: {error}", *(f"  {line}" for line in below), err=True)


class ReportingGroup(LazyGroup):
    """A group whose commands may raise any error of the product, and of the command line."""

    def invoke(self, ctx: click.Context) -> Any:
        """Run the command; raises CommandFailed for what the product or AWS raises on purpose."""
        try:
            return super().invoke(ctx)
        except _TOLD as error:
            raise CommandFailed(*lines_of(error)) from error
        except click.ClickException as error:
            shown = "\n".join(visible(line) for line in error.message.split("\n"))
            # click's own errors print themselves, with what was typed in them.
            error.message = shown  # type: ignore[misc]
            raise


def lines_of(error: Exception) -> list[str]:
    """The error in one line, then one line for each fault that the server found."""
    readings: Sequence[Reading] = ()
    answered: BaseException = error
    if isinstance(error, SendStopped) and error.__cause__ is not None:
        readings, answered = error.readings, error.__cause__
    if not isinstance(answered, AnsweredWithError):
        return [str(error)]
    known = [answered.code, answered.request_id and f"request {answered.request_id}"]
    named = ", ".join(part for part in known if part)
    first = f"{error} ({named})" if named else str(error)
    return [first, *(_fault_line(fault, readings) for fault in answered.details)]


def _fault_line(fault: Fault, readings: Sequence[Reading]) -> str:
    """`path: message`, and which reading it was where the path gives only its place in a batch."""
    line = f"{fault.path}: {fault.message}" if fault.path else fault.message
    index = _INDEX.match(fault.path)
    if index is None or int(index.group(1)) >= len(readings):
        return line
    reading = readings[int(index.group(1))]
    return f"{line} ({reading.device_id} at {ms_to_iso(reading.timestamp_ms)})"
