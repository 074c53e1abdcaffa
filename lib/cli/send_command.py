"""`pipeline send`."""

import click

from lib.cli.connection import connect
from lib.cli.instant import INSTANT
from lib.cli.reading_files.texts import value_of
from lib.cli.terminal import say
from lib.client import Reading, Value
from lib.client.model import now_ms
from lib.client.moments import ms_to_iso


class Metric(click.ParamType[tuple[str, Value]]):
    """One `name=value`."""

    name = "metric=value"

    def convert(
        self,
        value: str | tuple[str, Value],
        param: click.Parameter | None,
        ctx: click.Context | None,
    ) -> tuple[str, Value]:
        """Read name and value; a usage error where it is neither."""
        if isinstance(value, tuple):
            return value
        name, equals, text = value.partition("=")
        if not name or not equals or not text:
            self.fail(f"{value!r} is not of the form metric=value", param, ctx)
        try:
            return name, value_of(text)
        except ValueError as error:
            self.fail(f"{name}: {error}", param, ctx)


@click.command()
@click.argument("device")
@click.argument("metrics", type=Metric(), metavar="METRIC=VALUE...", nargs=-1, required=True)
@click.option("--timestamp", type=INSTANT, help="When it was measured.  [default: now]")
def send(device: str, metrics: tuple[tuple[str, Value], ...], timestamp: int | None) -> None:
    """Send one reading of DEVICE.

    Values are numbers, `true`, `false`, or texts. TIME is ISO 8601 with an offset, or epoch
    milliseconds.

    \b
    pipeline send pump-7 temperature=21.5 running=true mode=eco
    """
    if len(dict(metrics)) < len(metrics):
        raise click.UsageError("a metric is given twice")
    moment_ms = now_ms() if timestamp is None else timestamp
    with connect("writer") as client:
        stored = client.ingest(Reading(device, dict(metrics), moment_ms))
    say(f"Stored: {stored.device_id} at {ms_to_iso(stored.timestamp_ms)}")
