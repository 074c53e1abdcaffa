"""What operators set in SSM Parameter Store, read by the functions while they run."""

import hmac
import random
from collections.abc import Callable, Mapping, Sequence

from kernel import logs
from kernel.clock import SECOND_MS, Clock
from kernel.errors import Forbidden

RETRY_AFTER_MS = 5 * SECOND_MS

ReadParameters = Callable[[Sequence[str]], Mapping[str, str]]
"""Gives the values of those of the named parameters that there are."""


class LiveParameters:
    """Parameters that are read together, and again once they are no longer fresh.

    fresh_for_ms: the longest that a value is gone by. Up to a third of it is left out by chance at
    every read, so that containers which started together do not read together ever after.
    Old values outlive failed reads.
    """

    def __init__(
        self, names: Sequence[str], read: ReadParameters, clock: Clock, fresh_for_ms: int
    ) -> None:
        self._names, self._read, self._clock = names, read, clock
        self._fresh_for_ms = fresh_for_ms
        self._values: dict[str, str] = {}
        self._failure: Exception | None = None
        self._due_at = 0

    def value(self, name: str) -> str:
        """A parameter's present value.

        If it was never read, raises what the last read raised, or LookupError if it was not there.
        """
        if self._clock() >= self._due_at:
            self._read_again()
        if name in self._values:
            return self._values[name]
        failure = self._failure or LookupError(f"There is no parameter {name}.")
        raise failure.with_traceback(None)

    def _read_again(self) -> None:
        begun, found = self._clock(), {}
        self._failure = None
        try:
            found = dict(self._read(self._names))
        except Exception as error:
            self._failure = error
            logs.error("parameters_not_read", names=self._names)
        self._values |= found
        if missing := [name for name in self._names if name not in found]:
            if not self._failure:
                logs.error("parameters_missing", names=missing)
            # A store that does not answer is not waited for at every request.
            self._due_at = self._clock() + _partly(RETRY_AFTER_MS)
        else:
            self._due_at = begun + _partly(self._fresh_for_ms)


def _partly(longest_ms: int) -> int:
    return int(longest_ms * random.uniform(2 / 3, 1))  # noqa: S311


class ApiKey:
    """The shared key that callers must bring besides their signature, once one has been set."""

    def __init__(self, read: Callable[[], str], placeholder: str) -> None:
        self._read, self._placeholder = read, placeholder

    def require(self, given: str | None) -> None:
        """Raise Forbidden unless the key is still the placeholder or equal to what is given."""
        expected = self._read()
        if expected == self._placeholder:
            return
        if not hmac.compare_digest(expected.encode(), (given or "").encode()):
            raise Forbidden("The header x-api-key is missing or wrong.")
