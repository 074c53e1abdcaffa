"""`pipeline process`."""

import click

from lib.cli.connection import connect
from lib.cli.instant import INSTANT
from lib.cli.terminal import say


@click.command()
@click.argument("device")
@click.option("--start", type=INSTANT, required=True, help="From this moment.")
@click.option("--end", type=INSTANT, required=True, help="To before this moment.")
@click.option("--dry-run", is_flag=True, help="Only count what would be queued.")
def process(device: str, start: int, end: int, dry_run: bool) -> None:
    """Process again what DEVICE sent: safe to repeat, and no alert fires twice.

    TIME is ISO 8601 with an offset, or epoch milliseconds.
    """
    with connect("operator") as client:
        processed = client.process(device, start, end, dry_run=dry_run)
    verb = "would be queued" if dry_run else "queued"
    say(f"{processed.enqueued:,} messages {verb} to process {device} again")
