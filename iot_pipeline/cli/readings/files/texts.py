"""Metrics that were written as text: in a CSV cell, or on the command line."""

import re
from decimal import Decimal

from iot_pipeline import Value

_INTEGER = re.compile(r"[+-]?(0|[1-9][0-9]*)")
_NUMBER = re.compile(r"[+-]?((0|[1-9][0-9]*)(\.[0-9]*)?|\.[0-9]+)([eE][+-]?[0-9]{1,4})?")
_NOT_FINITE = re.compile(r"[+-]?(nan|inf(inity)?)", re.IGNORECASE)
_BOOLEANS = {"true": True, "false": False}
_MAX_DIGITS = 1_000


def value_of(text: str) -> Value:
    """The number or boolean that a text shows, or else the text.

    What begins with a needless zero is a name, not a number. Raises ValueError for NaN and
    infinities: a program that wrote them meant numbers.
    """
    stripped = text.strip()
    if (boolean := _BOOLEANS.get(stripped.lower())) is not None:
        return boolean
    if _NOT_FINITE.fullmatch(stripped):
        raise ValueError(f"{stripped} is not a finite number")
    number = number_of(stripped)
    return text if number is None else number


def number_of(text: str) -> Decimal | int | None:
    """The exact number that a text is, or None."""
    if len(text) > _MAX_DIGITS or not _NUMBER.fullmatch(text):
        return None
    return int(text) if _INTEGER.fullmatch(text) else Decimal(text)
