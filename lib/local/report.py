"""How the steps of bringing the pipeline up are told to whoever waits for them."""

from contextlib import AbstractContextManager, nullcontext
from typing import Protocol


class Report(Protocol):
    """Hears of every step while it runs, and of what is worth a sentence of its own."""

    def step(self, title: str, /) -> AbstractContextManager[None]:
        """Enclose one step, so that its duration can be told."""
        ...

    def note(self, sentence: str, /) -> None:
        """Tell something that the user should know."""
        ...


class SilentReport:
    """Says nothing: for programs and tests."""

    def step(self, _title: str, /) -> AbstractContextManager[None]:
        """Let the step run."""
        return nullcontext()

    def note(self, _sentence: str, /) -> None:
        """Keep it to itself."""
