"""What a rule compares, as one text: `temperature > 60`."""

import re
from decimal import Decimal

import click

from iot_pipeline import Value
from iot_pipeline.cli.readings.files.texts import number_of, value_of
from iot_pipeline.rules import OPERATORS, Threshold

_COMPARISON = re.compile(r"\s*([^\s<>=!]+)\s*([<>=!]+)\s*(\S.*?)\s*", re.DOTALL)
_QUOTED = re.compile(r"\"([^\"]*)\"|'([^']*)'")
_OF_ANY_VALUES = ("==", "!=")


def threshold_of(text: str) -> Threshold:
    """The comparison that a text says; raises ValueError, its text for the user, for none.

    Values are as `pipeline readings send` takes them: numbers, `true`, `false`, or texts. In quotes
    everything is a text.
    """
    found = _COMPARISON.fullmatch(text)
    if found is None:
        raise ValueError(f"{text!r} is not a condition: write, in quotes, 'temperature > 60'")
    metric, operator, shown = found.groups()
    if operator not in OPERATORS:
        raise ValueError(f"{operator} is not an operator: use one of {' '.join(OPERATORS)}")
    value = _value_of(shown)
    if operator not in _OF_ANY_VALUES and (isinstance(value, bool | str)):
        raise ValueError(f"{operator} compares numbers, and {shown} is none")
    return Threshold(metric, operator, value)


class Number(click.ParamType[Decimal | int]):
    """A number with every digit."""

    name = "number"

    def convert(
        self,
        value: str | Decimal | int,
        param: click.Parameter | None,
        ctx: click.Context | None,
    ) -> Decimal | int:
        """Read the number; a usage error where it is none."""
        number = number_of(value.strip()) if isinstance(value, str) else value
        if number is None:
            self.fail(f"{value!r} is not a number", param, ctx)
        return number


NUMBER = Number()


def _value_of(shown: str) -> Value:
    quoted = _QUOTED.fullmatch(shown)
    return value_of(shown) if quoted is None else quoted.group(1) or quoted.group(2) or ""
