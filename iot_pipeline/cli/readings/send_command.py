"""`pipeline readings send`."""

import click

from iot_pipeline import Value
from iot_pipeline.cli.connection import connect
from iot_pipeline.cli.instant import INSTANT
from iot_pipeline.cli.readings.files.texts import value_of
from iot_pipeline.cli.terminal import say
from iot_pipeline.moments import ms_to_iso, now_ms
from iot_pipeline.readings import Reading


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
    pipeline readings send pump-7 temperature=21.5 running=true mode=eco
    """
    if len(dict(metrics)) < len(metrics):
        raise click.UsageError("a metric is given twice")
    moment_ms = now_ms() if timestamp is None else timestamp
    with connect("writer") as client:
        stored = client.readings.send(Reading(device, dict(metrics), moment_ms))
    say(f"Stored: {stored.device_id} at {ms_to_iso(stored.timestamp_ms)}")
