"""`pipeline stats …`."""

from datetime import datetime

import click

from lib.cli.connection import connect
from lib.cli.listing import Listing, format_option
from lib.cli.recount_command import recount
from lib.cli.stats_page_command import open_page
from lib.client import StateCount


@click.group()
def stats() -> None:
    """See how many devices came to which state on a day (UTC)."""


@stats.command()
@click.argument("day", type=click.DateTime(["%Y-%m-%d"]), metavar="[DATE]", required=False)
@format_option
def show(day: datetime | None, shape: str) -> None:
    """Show the counts of DATE, today unless said."""
    with connect("reader") as client:
        Listing(shape).show_all(map(StateCount.as_content, client.stats(day)))


stats.add_command(open_page)
stats.add_command(recount)
