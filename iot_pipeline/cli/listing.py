"""Lists as commands show them: a table of the first hundred, or everything for programs."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from itertools import islice
from typing import Any

import click

from iot_pipeline.cli.items import print_csv, print_exact_csv, print_json, print_table
from iot_pipeline.cli.terminal import say
from iot_pipeline.paging import MAX_PAGE_SIZE

_PRINTERS: dict[str, Callable[[Iterable[dict[str, Any]]], None]] = {
    "table": print_table,
    "json": print_json,
    "csv": print_csv,
    "csv-exact": print_exact_csv,
}
_TABLE_LIMIT = 100

format_option = click.option(
    "--format",
    "shape",
    type=click.Choice(list(_PRINTERS)),
    default="table",
    show_default=True,
    help="csv has ' before texts that a spreadsheet would run, csv-exact has not.",
)
limit_option = click.option(
    "--limit",
    type=click.IntRange(1),
    help=f"At most so many items.  [default: {_TABLE_LIMIT} as a table, otherwise all]",
)


@dataclass(frozen=True, slots=True)
class Listing:
    """How a list is to be shown: in which format, and at most how much of it."""

    shape: str
    limit: int | None = None

    @property
    def for_people(self) -> bool:
        """Whether it is a table, which has texts of its own for what programs get as it is."""
        return self.shape == "table"

    @property
    def page_size(self) -> int:
        """How many items to ask the API for at a time."""
        # One more than the default limit shows whether there is more.
        wanted = self.limit or (_TABLE_LIMIT + 1 if self.for_people else MAX_PAGE_SIZE)
        return min(MAX_PAGE_SIZE, wanted)

    def show_all(self, items: Iterable[dict[str, Any]]) -> None:
        """Print every item of a list that is short by nature."""
        _PRINTERS[self.shape](items)

    def show(self, items: Iterator[dict[str, Any]]) -> None:
        """Print the items, and on stderr that there are more than the default limit."""
        shown = self.limit or (_TABLE_LIMIT if self.for_people else None)
        _PRINTERS[self.shape](islice(items, shown))
        if self.limit is None and shown is not None and next(items, None) is not None:
            say(f"Only the first {shown} are shown: --limit shows more.", err=True)
