"""`pipeline readings query`."""

from datetime import datetime
from typing import Literal

import click

from iot_pipeline.cli.connection import connect
from iot_pipeline.cli.instant import INSTANT
from iot_pipeline.cli.listing import Listing, format_option, limit_option


@click.command()
@click.argument("device")
@click.option("--date", "day", type=click.DateTime(["%Y-%m-%d"]), help="One day (UTC).")
@click.option("--start", type=INSTANT, help="From this moment; with --end.")
@click.option("--end", type=INSTANT, help="To before this moment, at most 31 days later.")
@click.option(
    "--table", type=click.Choice(["processed", "raw"]), default="processed", show_default=True
)
@click.option("--order", type=click.Choice(["asc", "desc"]), default="asc", show_default=True)
@limit_option
@format_option
def query(
    device: str,
    day: datetime | None,
    start: int | None,
    end: int | None,
    table: Literal["processed", "raw"],
    order: Literal["asc", "desc"],
    limit: int | None,
    shape: str,
) -> None:
    """Show what DEVICE sent, in time order; without a span: today (UTC).

    TIME is ISO 8601 with an offset, or epoch milliseconds. As `json` each item is one line, and
    every number has all of its digits.
    """
    if (start is None) != (end is None):
        raise click.UsageError("--start and --end go together")
    if day is not None and start is not None:
        raise click.UsageError("give either --date or --start and --end")
    listing = Listing(shape, limit)
    with connect("reader") as client:
        items = client.readings.query(
            device,
            event_date=day and day.date(),
            start=start,
            end=end,
            table=table,
            order=order,
            page_size=listing.page_size,
        )
        listing.show(items)
