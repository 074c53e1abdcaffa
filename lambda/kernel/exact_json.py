"""JSON whose numbers are kept digit by digit: read as Decimal or int, never as binary floats."""

import json
from collections.abc import Callable, Iterable, Mapping
from decimal import Context, Decimal, Inexact, InvalidOperation, Overflow, Subnormal, Underflow
from json.encoder import encode_basestring_ascii
from typing import Any

from kernel.errors import Malformed

# What DynamoDB can hold, zero aside: 38 significant digits, magnitudes from 1E-130 to 9.99…E+125.
# https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/HowItWorks.NamingRulesDataTypes.html
MAX_DIGITS = 38
LEAST_EXPONENT = -130
MOST_EXPONENT = 125
_STORABLE = Context(
    prec=MAX_DIGITS,
    Emin=LEAST_EXPONENT,
    Emax=MOST_EXPONENT,
    traps=[Inexact, InvalidOperation, Overflow, Subnormal, Underflow],
)
_ZERO = Decimal(0)
# Longer literals are not worth an int: nothing that the pipeline stores has so many digits.
_LONGEST_INTEGER = 40
# Stands for numbers whose exponent is too long even for a Decimal: no table can hold it, either.
_FAR_OUT_OF_RANGE = Decimal("1E+999999")
_BYTE_ORDER_MARK = "\ufeff"


def canonical(number: Decimal | int) -> Decimal:
    """The one Decimal that stands for a number: no trailing zeros, no negative zero.

    Raises ArithmeticError when the number has more than 38 significant digits or is out of range.
    """
    return _STORABLE.normalize(Decimal(number)) or _ZERO


def whole(value: Any) -> int | None:
    """The integer that a number is, however it is written: 60, 60.0 or 6e1; None for the rest."""
    if type(value) is int:
        return value
    # As an int, 1E+999999 would have a million digits.
    if type(value) is Decimal and value.is_finite() and value.adjusted() < _LONGEST_INTEGER:
        return int(value) if value == value.to_integral_value() else None
    return None


def loads(document: bytes | str) -> Any:
    """Read one JSON document; integers become int, other numbers Decimal.

    Raises Malformed for anything that is not JSON, NaN, Infinity and repeated names included.
    """
    try:
        text = document if isinstance(document, str) else document.decode("utf-8")
        if text.startswith(_BYTE_ORDER_MARK):
            raise json.JSONDecodeError("Unexpected UTF-8 BOM (decode using utf-8-sig)", text, 0)
        return _EXACT.decode(text)
    except UnicodeDecodeError as error:
        raise Malformed(f"The body is not UTF-8 (byte {error.start}).") from error
    except json.JSONDecodeError as error:
        where = f"line {error.lineno}, column {error.colno}"
        raise Malformed(f"The body is not JSON: {error.msg} ({where}).") from error
    except RecursionError as error:
        raise Malformed("The body is nested too deeply.") from error


def dumps(value: Any) -> str:
    """Write a value as compact ASCII JSON, every Decimal with all of its digits."""
    return _WRITERS.get(type(value), _other)(value)


def without_none(members: Mapping[str, Any]) -> dict[str, Any]:
    """The members of an object that are said: those that are not None."""
    return {name: value for name, value in members.items() if value is not None}


def _number(number: Decimal) -> str:
    text = str(number)
    # str() writes 100 as 1E+2 once trailing zeros are gone; readers expect plain digits.
    return format(number, "f") if "E" in text and -20 < number.adjusted() < 40 else text


# Both look for the writer themselves: a call for each scalar would take longer than writing it.
def _members(value: Mapping[str, Any]) -> str:
    members = [
        f"{encode_basestring_ascii(name)}:{_WRITERS.get(type(item), _other)(item)}"
        for name, item in value.items()
    ]
    return "{" + ",".join(members) + "}"


def _elements(value: Iterable[Any]) -> str:
    return "[" + ",".join([_WRITERS.get(type(item), _other)(item) for item in value]) + "]"


def _other(value: Any) -> str:
    if isinstance(value, Mapping):
        return _members(value)
    if isinstance(value, (list, tuple)):
        return _elements(value)
    raise TypeError(f"{type(value).__name__} has no exact JSON form")


_WRITERS: dict[type, Callable[[Any], str]] = {
    str: encode_basestring_ascii,
    Decimal: _number,
    bool: {True: "true", False: "false"}.__getitem__,
    int: str,
    type(None): lambda _: "null",
    dict: _members,
    list: _elements,
}


def _integer(literal: str) -> int | Decimal:
    return int(literal) if len(literal) <= _LONGEST_INTEGER else Decimal(literal)


def _decimal(literal: str) -> Decimal:
    try:
        return Decimal(literal)
    except InvalidOperation:
        return _FAR_OUT_OF_RANGE


def _refuse_constant(name: str) -> None:
    raise Malformed(f"The body is not JSON: {name} is not a number that JSON knows.")


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    members = dict(pairs)
    if len(members) != len(pairs):
        seen: set[str] = set()
        for name, _ in pairs:
            if name in seen:
                raise Malformed(f"The body names {name!a} twice in one object.")
            seen.add(name)
    return members


_EXACT = json.JSONDecoder(
    parse_int=_integer,
    parse_float=_decimal,
    parse_constant=_refuse_constant,
    object_pairs_hook=_object,
)
