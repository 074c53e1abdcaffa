"""How fast it goes, while it goes, on stderr."""

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from rich.console import Console
from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn

from iot_pipeline.cli.quantity import quantity
from iot_pipeline.cli.simulation.pacing import Timing
from iot_pipeline.cli.terminal import say

PLAIN_EVERY_SECONDS = 5.0

Show = Callable[[int], None]
"""Takes how many items have been accepted so far."""


@contextmanager
def live_rate(noun: str, total: int, timing: Timing) -> Iterator[Show]:
    """Shows a bar where stderr is a terminal, and a line now and then elsewhere."""
    if not sys.stderr.isatty():
        yield PlainRate(noun, total, timing)
        return
    with Progress(
        BarColumn(),
        TextColumn("{task.completed:,.0f} of {task.description}"),
        TextColumn("{task.fields[rate]}"),
        TimeElapsedColumn(),
        console=Console(stderr=True),
        transient=True,
    ) as bar:
        task = bar.add_task(quantity(total, noun), total=total, rate="")

        def show(accepted: int) -> None:
            bar.update(task, completed=accepted)
            speed = bar.tasks[0].speed
            bar.update(task, rate="" if speed is None else f"{speed:,.0f}/s")

        yield show


class PlainRate:
    """Prints a line every few seconds."""

    def __init__(self, noun: str, total: int, timing: Timing) -> None:
        self._all = quantity(total, noun)
        self._timing = timing
        self._told_at = timing.monotonic_seconds()
        self._told = 0

    def __call__(self, accepted: int) -> None:
        """Tell how far it is and how fast it was since the last line, if it is time."""
        now = self._timing.monotonic_seconds()
        seconds = now - self._told_at
        if seconds < PLAIN_EVERY_SECONDS:
            return
        rate = (accepted - self._told) / seconds
        say(f"{accepted:,} of {self._all}, {rate:,.0f}/s", err=True)
        self._told_at, self._told = now, accepted
