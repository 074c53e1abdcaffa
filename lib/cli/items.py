"""Items of a query, printed."""

import csv
import sys
from collections.abc import Iterable, Mapping
from typing import Any

import click
from rich.console import Console
from rich.table import Table
from rich.text import Text

from lib.client import exact_json
from lib.client.moments import ms_to_iso

_FIRST_COLUMNS = ("device_id", "event_date", "timestamp")
_UNBOUNDED_COLUMNS = 1_000_000
_MOMENTS = frozenset({"timestamp", "processed_at", "received_at"})


def print_json(items: Iterable[dict[str, Any]]) -> None:
    """One item a line, as it comes, with every digit."""
    for item in items:
        click.echo(exact_json.dumps(item))


def print_csv(items: Iterable[dict[str, Any]]) -> None:
    """A header with every metric that occurs, then one item a line."""
    rows = [flat(item) for item in items]
    writer = csv.DictWriter(sys.stdout, columns_of(rows), restval="", lineterminator="\n")
    writer.writeheader()
    writer.writerows({name: _cell(value) for name, value in row.items()} for row in rows)


def print_table(items: Iterable[dict[str, Any]]) -> None:
    """A table for people: times in UTC, cut to the terminal if there is one."""
    rows = [flat(item) for item in items]
    if not rows:
        click.echo("No items.")
        return
    columns = columns_of(rows)
    table = Table(*columns)
    for row in rows:
        table.add_row(*(Text(_shown(name, row.get(name))) for name in columns))
    # A file or a pipe has no width that anything would have to fit in.
    width = None if sys.stdout.isatty() else _UNBOUNDED_COLUMNS
    Console(highlight=False, width=width).print(table)


def flat(item: Mapping[str, Any]) -> dict[str, Any]:
    """The item with what lies in objects under dotted names: `sensor_data.temperature`."""
    result: dict[str, Any] = {}
    for name, value in item.items():
        if isinstance(value, Mapping):
            result.update({f"{name}.{inner}": part for inner, part in flat(value).items()})
        else:
            result[name] = value
    return result


def columns_of(rows: Iterable[Mapping[str, Any]]) -> list[str]:
    """Every name that occurs, device and time first, the others in order of appearance."""
    seen = dict.fromkeys(name for row in rows for name in row)
    return [
        *(name for name in _FIRST_COLUMNS if name in seen),
        *(name for name in seen if name not in _FIRST_COLUMNS),
    ]


def printable(text: str) -> str:
    """The text with a mark for every character that would speak to the terminal."""
    return "".join(mark if mark.isprintable() else "\N{REPLACEMENT CHARACTER}" for mark in text)


def _cell(value: Any) -> str:
    return value if isinstance(value, str) else exact_json.dumps(value)


def _shown(name: str, value: Any) -> str:
    if value is None:
        return ""
    if name in _MOMENTS and isinstance(value, int):
        return ms_to_iso(value)
    return printable(_cell(value))
