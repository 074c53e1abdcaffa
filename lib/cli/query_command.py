"""`pipeline query`."""

import sys
from collections.abc import Callable, Iterable
from datetime import datetime
from itertools import islice
from typing import Any, Literal

import click

from lib.cli.connection import connect
from lib.cli.instant import INSTANT
from lib.cli.items import print_csv, print_json, print_table

_PRINTERS: dict[str, Callable[[Iterable[dict[str, Any]]], None]] = {
    "table": print_table,
    "json": print_json,
    "csv": print_csv,
}
_TABLE_LIMIT = 100
_PAGE_SIZE = 1_000


@click.command()
@click.argument("device")
@click.option("--date", "day", type=click.DateTime(["%Y-%m-%d"]), help="One day (UTC).")
@click.option("--start", type=INSTANT, help="From this moment; with --end.")
@click.option("--end", type=INSTANT, help="To before this moment, at most 31 days later.")
@click.option(
    "--table", type=click.Choice(["processed", "raw"]), default="processed", show_default=True
)
@click.option("--order", type=click.Choice(["asc", "desc"]), default="asc", show_default=True)
@click.option(
    "--limit",
    type=click.IntRange(1),
    help=f"At most so many items.  [default: {_TABLE_LIMIT} as a table, otherwise all]",
)
@click.option(
    "--format", "shape", type=click.Choice(list(_PRINTERS)), default="table", show_default=True
)
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
    shown = limit or (_TABLE_LIMIT if shape == "table" else None)
    # One more than the default limit shows whether there is more.
    wanted = limit or (_TABLE_LIMIT + 1 if shape == "table" else _PAGE_SIZE)
    with connect("reader") as client:
        items = client.query(
            device,
            event_date=day and day.date(),
            start=start,
            end=end,
            table=table,
            order=order,
            page_size=min(_PAGE_SIZE, wanted),
        )
        _PRINTERS[shape](islice(items, shown))
        more = shown is not None and limit is None and next(items, None) is not None
    if more:
        click.echo(f"Only the first {shown} are shown: --limit shows more.", file=sys.stderr)
