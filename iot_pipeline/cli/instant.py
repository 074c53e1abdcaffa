"""Moments on the command line."""

import click

from iot_pipeline.moments import epoch_ms


class Instant(click.ParamType[int]):
    """Epoch milliseconds, or ISO 8601 with an offset; becomes epoch milliseconds."""

    name = "time"

    def convert(
        self, value: str | int, param: click.Parameter | None, ctx: click.Context | None
    ) -> int:
        """Read the moment; a usage error where it is none."""
        if isinstance(value, int) or (value.isascii() and value.isdigit()):
            return int(value)
        try:
            return epoch_ms(value)
        except ValueError as error:
            self.fail(f"{error}; write 2026-01-31T12:00:00Z, or epoch milliseconds", param, ctx)


INSTANT = Instant()
