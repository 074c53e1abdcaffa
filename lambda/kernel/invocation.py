"""The running invocation, and how long it may go on: every call of AWS keeps to it.

Lambda ends a function in the middle of whatever it does, and API Gateway tells the caller nothing
then. So the pipeline stops by itself before, while there is time to take back what is half done.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Protocol

from kernel.clock import SECOND_MS

# One attempt of a call takes no longer than both together.
CONNECT_SECONDS, READ_SECONDS = 2, 4
_ATTEMPT_MS = (CONNECT_SECONDS + READ_SECONDS) * SECOND_MS
# How much of the invocation must be left for an attempt that takes back what was broken off,
_LAST_WORDS_MS = _ATTEMPT_MS + 500
# for any other attempt, so that up to 2.5 s are left in which taking back may begin,
_CALL_MS = _ATTEMPT_MS + 2_500 + _LAST_WORDS_MS
# and for a message, a device or a page to be taken up, which has 3 s for its calls.
_TAKING_UP_MS = _CALL_MS + 3_000


class LambdaContext(Protocol):
    """What Lambda says of an invocation."""

    def get_remaining_time_in_millis(self) -> int:
        """Return the milliseconds until Lambda ends the function."""


# A container runs one invocation at a time; what runs in none, as in tests, has all the time.
_context: LambdaContext | None = None
_needed_to_call_ms = _CALL_MS


@contextmanager
def running(context: LambdaContext) -> Iterator[None]:
    """Everything in it belongs to this invocation."""
    global _context
    _context = context
    try:
        yield
    finally:
        _context = None


def out_of_time() -> bool:
    """Whether it is too late to take up something new: a message, a device, a page."""
    return not _leaves(_TAKING_UP_MS)


def too_late_to_call() -> bool:
    """Whether it is too late to call AWS, or to try a call again."""
    return not _leaves(_needed_to_call_ms)


@contextmanager
def last_words() -> Iterator[None]:
    """Lets the calls in it begin when it is too late for others: they take back, or put off."""
    global _needed_to_call_ms
    _needed_to_call_ms = _LAST_WORDS_MS
    try:
        yield
    finally:
        _needed_to_call_ms = _CALL_MS


def _leaves(needed_ms: int) -> bool:
    return _context is None or _context.get_remaining_time_in_millis() >= needed_ms
