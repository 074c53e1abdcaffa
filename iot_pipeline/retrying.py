"""When a request is repeated, and after what wait."""

import random
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime

DEFAULT_MAX_ATTEMPTS = 8
"""With the waits below some twelve seconds on average: longer than a throttled burst."""

RETRIED_STATUSES = frozenset({429, 500, 502, 503, 504})


@dataclass(frozen=True)
class RetryPolicy:
    """Exponential waits with full jitter, and never less than the server asks for.

    Full jitter (a wait drawn evenly from zero to the bound) spreads many clients best; see
    "Exponential Backoff And Jitter" on the AWS Architecture Blog.
    """

    max_attempts: int = DEFAULT_MAX_ATTEMPTS
    base_seconds: float = 0.2
    max_wait_seconds: float = 10.0
    max_retry_after_seconds: float = 60.0
    sleep: Callable[[float], None] = time.sleep
    random: Callable[[], float] = random.random

    def wait_seconds(self, attempt: int, retry_after_seconds: float | None) -> float | None:
        """How long to wait after the `attempt`-th try (from 1), or None to give up."""
        if attempt >= self.max_attempts:
            return None
        asked = retry_after_seconds or 0.0
        if asked > self.max_retry_after_seconds:
            return None
        # Past the 32nd doubling any bound is reached, and floats would overflow.
        bound = min(self.max_wait_seconds, self.base_seconds * 2.0 ** min(attempt - 1, 32))
        return asked + self.random() * bound


def retry_after_seconds(header: str | None, now: Callable[[], datetime]) -> float | None:
    """What a `Retry-After` header asks for: seconds or a date; None for anything else."""
    if header is None:
        return None
    text = header.strip()
    if text.isascii() and text.isdigit():
        return float(text)
    try:
        moment = parsedate_to_datetime(text)
    except ValueError:
        return None
    if moment.tzinfo is None:
        moment = moment.replace(tzinfo=UTC)
    return max(0.0, (moment - now()).total_seconds())
