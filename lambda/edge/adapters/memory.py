"""The kernel's ports, met in memory: for tests, with the same promises as the real ones."""

from collections.abc import Mapping
from dataclasses import replace

from edge.http import Answer
from edge.idempotency import Attempt
from edge.queue import DeadLetter


class MemoryAttempts:
    """First attempts in a dictionary."""

    def __init__(self) -> None:
        self._attempts: dict[str, Attempt] = {}

    def first(self, key: str, attempt: Attempt, expires_at_ms: int) -> Attempt:  # noqa: ARG002
        """Remember the attempt if the key is new; return the one that is remembered."""
        return self._attempts.setdefault(key, attempt)

    def answered(self, key: str, answer: Answer) -> None:
        """Remember what the first attempt was answered."""
        self._attempts[key] = replace(self._attempts[key], answer=answer)


class MemoryDeadLetters:
    """Dead letters in a list."""

    def __init__(self) -> None:
        self.letters: list[DeadLetter] = []

    def put(self, letter: DeadLetter) -> None:
        """Keep the letter."""
        self.letters.append(letter)


class MemoryRedelivery:
    """Waits in a dictionary, by receipt handle."""

    def __init__(self) -> None:
        self.waits: dict[str, int] = {}

    def put_off(self, waits: Mapping[str, int]) -> None:
        """Remember the waits."""
        self.waits.update(waits)
