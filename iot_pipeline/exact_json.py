"""JSON whose numbers stay as they are written: read as Decimal, never as binary floats."""

from decimal import Decimal, InvalidOperation
from typing import Any

import simplejson

_ENCODER = simplejson.JSONEncoder(
    ensure_ascii=False, use_decimal=True, allow_nan=False, separators=(",", ":")
)


def _decimal(literal: str) -> Decimal:
    try:
        return Decimal(literal)
    except InvalidOperation as error:
        raise ValueError("a number has an exponent out of range") from error


_DECODER = simplejson.JSONDecoder(parse_float=_decimal)


def dumps(value: object) -> str:
    """Write compact JSON; raises ValueError or TypeError for what JSON cannot hold."""
    return _ENCODER.encode(value)


def loads(text: str | bytes) -> Any:
    """Read JSON; raises ValueError for anything else, NaN and wrong UTF-8 included."""
    return _DECODER.decode(text.decode("utf-8") if isinstance(text, bytes) else text)


def decode_at(text: str, position: int) -> tuple[Any, int]:
    """Read the value that starts at `position`, and where it ends; raises ValueError."""
    return _DECODER.raw_decode(text, position)


def complaint(error: ValueError) -> str:
    """What is wrong with a text that is no JSON, without the place within the text."""
    return str(error.msg) if isinstance(error, simplejson.JSONDecodeError) else str(error)
