"""What a metric, an event or a threshold can be."""

from decimal import Decimal

Value = Decimal | int | bool | str


def exact(value: object) -> Value:
    """The value with every digit: a float becomes the decimal that Python prints for it.

    Raises ValueError for NaN, infinities and anything but numbers, booleans and strings; its text
    goes on where a name was said.
    """
    if isinstance(value, float):
        value = Decimal(repr(value))
    if isinstance(value, Decimal) and not value.is_finite():
        raise ValueError(f"is {value}: not a finite number")
    if isinstance(value, Decimal | int | str):
        return value
    raise ValueError(f"is a {type(value).__name__}: not a number, boolean or string")
