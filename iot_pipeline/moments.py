"""Moments as callers write them, and the epoch milliseconds that the API speaks."""

import re
import time
from datetime import UTC, datetime, timedelta
from decimal import ROUND_HALF_EVEN, Context, Decimal

Moment = int | datetime | str
"""Epoch milliseconds, a datetime with an offset, or ISO 8601 with an offset."""

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_SECOND_FRACTION = re.compile(r"(?<=\d)[.,](\d+)")

# Wide enough for any number that fits on a line: no digit is lost before the one rounding.
_EXACT = Context(prec=2_000)


def now_ms() -> int:
    """The current time in epoch milliseconds."""
    return time.time_ns() // 1_000_000


def epoch_ms(moment: Moment) -> int:
    """Epoch milliseconds of a moment; raises ValueError where it has no offset or is none."""
    if isinstance(moment, str):
        return iso_to_ms(moment)
    if isinstance(moment, datetime):
        if moment.tzinfo is None:
            raise ValueError(f"{moment.isoformat()} has no offset from UTC")
        return rounded(Decimal((moment - _EPOCH) // timedelta(microseconds=1)).scaleb(-3))
    return moment


def iso_to_ms(text: str, *, naive_is_utc: bool = False) -> int:
    """Epoch milliseconds of an ISO 8601 text, exact to the last digit of its fraction.

    Raises ValueError for anything else, and without an offset unless `naive_is_utc`.
    """
    fraction = _SECOND_FRACTION.search(text)
    whole = text if fraction is None else text[: fraction.start()] + text[fraction.end() :]
    try:
        moment = datetime.fromisoformat(whole)
    except ValueError as error:
        raise ValueError(f"{text!r} is not an ISO 8601 time") from error
    if moment.tzinfo is None:
        if not naive_is_utc:
            raise ValueError(f"{text!r} has no offset from UTC")
        moment = moment.replace(tzinfo=UTC)
    seconds = Decimal((moment - _EPOCH) // timedelta(seconds=1))
    digits = "" if fraction is None else fraction.group(1)
    return rounded(_EXACT.scaleb(_EXACT.add(seconds, Decimal(f"0.{digits}0")), 3))


def rounded(milliseconds: Decimal) -> int:
    """The nearest whole millisecond; halves go to the even one, so that they do not add up."""
    return int(milliseconds.to_integral_value(ROUND_HALF_EVEN))


def ms_to_iso(milliseconds: int) -> str:
    """ISO 8601 in UTC with milliseconds; raises OverflowError outside the years 1 to 9999."""
    moment = _EPOCH + timedelta(milliseconds=milliseconds)
    return moment.isoformat(timespec="milliseconds").replace("+00:00", "Z")
