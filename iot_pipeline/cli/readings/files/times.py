"""Times as files write them."""

from decimal import Context, Decimal
from enum import StrEnum
from typing import Any

from iot_pipeline.cli.readings.files.texts import number_of
from iot_pipeline.moments import iso_to_ms, rounded


class TimeUnit(StrEnum):
    """What a time is written in; `auto` is settled by the first row."""

    S = "s"
    MS = "ms"
    US = "us"
    NS = "ns"
    ISO = "iso"
    AUTO = "auto"


_POWERS_OF_TEN = {TimeUnit.S: 3, TimeUnit.MS: 0, TimeUnit.US: -3, TimeUnit.NS: -6}

# Seconds reach 10^11 in the year 5138; as milliseconds that was 1973: no device is older.
_LIMITS: tuple[tuple[int, TimeUnit], ...] = (
    (10**11, TimeUnit.S),
    (10**14, TimeUnit.MS),
    (10**17, TimeUnit.US),
)

_LAST_MS = 253_402_300_799_999
"""The end of the year 9999."""

_EXACT = Context(prec=2_000)


def unit_of(value: Any) -> TimeUnit:
    """The unit that a value seems to be in, by its size; texts that are no numbers are ISO."""
    number = _number(value)
    if number is None:
        return TimeUnit.ISO
    return next((unit for limit, unit in _LIMITS if abs(number) < limit), TimeUnit.NS)


def to_ms(value: Any, unit: TimeUnit) -> int:
    """Epoch milliseconds, by exact decimal arithmetic, halves to the even millisecond.

    ISO 8601 without an offset is taken as UTC. Raises ValueError.
    """
    if unit is TimeUnit.ISO:
        if not isinstance(value, str):
            raise ValueError(f"{value!r} is not an ISO 8601 time")
        milliseconds = iso_to_ms(value.strip(), naive_is_utc=True)
    else:
        number = _number(value)
        if number is None:
            raise ValueError(f"{value!r} is not a number")
        if not 0 <= number <= _LAST_MS * 10**6:
            raise ValueError(f"{value} is no time since 1970 in {unit}")
        milliseconds = rounded(_EXACT.scaleb(number, _POWERS_OF_TEN[unit]))
    if not 0 <= milliseconds <= _LAST_MS:
        raise ValueError(f"{value} is no time between 1970 and 9999 in {unit}")
    return milliseconds


def _number(value: Any) -> Decimal | None:
    number = number_of(value.strip()) if isinstance(value, str) else value
    if isinstance(number, Decimal | int) and not isinstance(number, bool):
        return Decimal(number)
    return None
