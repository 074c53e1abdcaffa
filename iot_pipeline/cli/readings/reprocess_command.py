"""`pipeline readings reprocess`."""

import click

from iot_pipeline.cli.connection import connect
from iot_pipeline.cli.instant import INSTANT
from iot_pipeline.cli.quantity import quantity
from iot_pipeline.cli.terminal import say


@click.command()
@click.argument("device")
@click.option("--start", type=INSTANT, required=True, help="From this moment.")
@click.option("--end", type=INSTANT, required=True, help="To before this moment.")
@click.option("--dry-run", is_flag=True, help="Only count what would be queued.")
def reprocess(device: str, start: int, end: int, dry_run: bool) -> None:
    """Process again what DEVICE sent: safe to repeat, and no alert fires twice.

    TIME is ISO 8601 with an offset, or epoch milliseconds.
    """
    with connect("operator") as client:
        found = client.readings.reprocess(device, start, end, dry_run=dry_run)
    verb = "would be queued" if dry_run else "queued"
    say(f"{quantity(found.enqueued, 'reading')} of {device} {verb} to be processed again")
