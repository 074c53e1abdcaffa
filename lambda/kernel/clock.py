"""Time as the pipeline keeps it: whole milliseconds since 1970-01-01T00:00:00Z."""

import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from functools import lru_cache

Clock = Callable[[], int]

SECOND_MS = 1_000
MINUTE_MS = 60 * SECOND_MS
HOUR_MS = 60 * MINUTE_MS
DAY_MS = 24 * HOUR_MS

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


def now_ms() -> int:
    """The present moment in milliseconds since the epoch."""
    return time.time_ns() // 1_000_000


def to_ms(moment: datetime) -> int:
    """Milliseconds since the epoch of an aware datetime, finer fractions cut off."""
    return (moment - _EPOCH) // timedelta(milliseconds=1)


def day_of(timestamp_ms: int) -> str:
    """The UTC day of a moment, as YYYY-MM-DD."""
    return _day(timestamp_ms // DAY_MS)


def iso_of(timestamp_ms: int) -> str:
    """A moment as ISO 8601 in UTC, with milliseconds only where there are any."""
    moment = _EPOCH + timedelta(milliseconds=timestamp_ms)
    precision = "milliseconds" if moment.microsecond else "seconds"
    return moment.replace(tzinfo=None).isoformat(timespec=precision) + "Z"


# Readings are of a few days at a time, and asked for theirs several times each.
@lru_cache(maxsize=64)
def _day(number: int) -> str:
    return (_EPOCH + timedelta(days=number)).strftime("%Y-%m-%d")
