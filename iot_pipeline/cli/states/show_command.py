"""`pipeline stats show`."""

from datetime import datetime

import click

from iot_pipeline.cli.connection import connect
from iot_pipeline.cli.listing import Listing, format_option
from iot_pipeline.states import StateCount


@click.command()
@click.argument("day", type=click.DateTime(["%Y-%m-%d"]), metavar="[DATE]", required=False)
@format_option
def show(day: datetime | None, shape: str) -> None:
    """Show the counts of DATE, today unless said."""
    with connect("reader") as client:
        Listing(shape).show_all(map(StateCount.as_content, client.states.stats(day)))
