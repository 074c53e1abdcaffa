"""Durations on the command line."""

import re

import click

_DURATION = re.compile(r"([0-9]{1,9})\s*([smhd]?)")
_UNIT_SECONDS = {"d": 86_400, "h": 3_600, "m": 60, "s": 1}


class Duration(click.ParamType[int]):
    """Whole seconds, minutes, hours or days; becomes seconds."""

    name = "duration"

    def convert(
        self, value: str | int, param: click.Parameter | None, ctx: click.Context | None
    ) -> int:
        """Read the duration; a usage error where it is none."""
        if isinstance(value, int):
            return value
        found = _DURATION.fullmatch(value.strip())
        if found is None:
            self.fail(f"{value!r} is not a duration: write 90, 90s, 15m, 2h or 1d", param, ctx)
        return int(found.group(1)) * _UNIT_SECONDS[found.group(2) or "s"]


DURATION = Duration()


def age_text(seconds: int) -> str:
    """About how long, in whole ones of the largest unit that fits: `3d`."""
    unit = next((unit for unit, size in _UNIT_SECONDS.items() if seconds >= size), "s")
    return f"{max(seconds, 0) // _UNIT_SECONDS[unit]}{unit}"


def duration_text(seconds: int) -> str:
    """The duration in the largest unit that it is a whole number of: `15m`."""
    unit = next(unit for unit, size in _UNIT_SECONDS.items() if seconds % size == 0 or size == 1)
    return f"{seconds // _UNIT_SECONDS[unit]}{unit}" if seconds else "0s"
