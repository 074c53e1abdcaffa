"""Waiting before the next attempt, so that those who got in each other's way do not meet again."""

import random
import time
from collections.abc import Callable

Pause = Callable[[int], None]
"""Waits after an attempt, the first being 0."""

_FIRST_SECONDS = 0.05
_LONGEST_SECONDS = 1.6


def pause(attempt: int) -> None:
    """Wait for a random time, on average longer after each attempt, 1.6 s at most.

    Full jitter: https://aws.amazon.com/builders-library/timeouts-retries-and-backoff-with-jitter/.
    """
    longest_seconds = min(_FIRST_SECONDS * 2 ** min(attempt, 10), _LONGEST_SECONDS)
    time.sleep(random.uniform(0, longest_seconds))  # noqa: S311
