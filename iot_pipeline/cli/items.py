"""Items of a query, printed."""

import csv
import sys
from collections.abc import Callable, Iterable, Mapping
from typing import Any

from rich.console import Console
from rich.table import Column, Table
from rich.text import Text

from iot_pipeline import exact_json
from iot_pipeline.cli.terminal import say, say_json, shown_in_terminal, visible
from iot_pipeline.moments import ms_to_iso

_FIRST_COLUMNS = ("device_id", "event_date", "timestamp")
_UNBOUNDED_COLUMNS = 1_000_000
# https://owasp.org/www-community/attacks/CSV_Injection
_FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r")
_MOMENTS = frozenset({"timestamp", "processed_at", "received_at"})


def print_json(items: Iterable[dict[str, Any]]) -> None:
    """One item a line, as it comes, with every digit."""
    for item in items:
        say_json(exact_json.dumps(item))


def print_csv(items: Iterable[dict[str, Any]]) -> None:
    """A header with every metric that occurs, then one item a line, for a spreadsheet.

    Texts that it would run as formulas begin with an apostrophe; numbers stay as they are.
    """
    _write_csv(items, _inert)


def print_exact_csv(items: Iterable[dict[str, Any]]) -> None:
    """The same for programs: every text as it is."""
    _write_csv(items, str)


def print_table(items: Iterable[dict[str, Any]]) -> None:
    """A table for people: times in UTC, cut to the terminal if there is one."""
    rows = [flat(item) for item in items]
    if not rows:
        say("No items.")
        return
    columns = columns_of(rows)
    table = Table(*(Column(Text(visible(name))) for name in columns))
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


class _UnixLines:
    """Takes rows that end as the csv module's own do: others leave a bare `\\r` unquoted."""

    def write(self, row: str) -> None:
        sys.stdout.write(row.removesuffix("\r\n") + "\n")


def _write_csv(items: Iterable[dict[str, Any]], written: Callable[[str], str]) -> None:
    def cell(value: Any) -> str:
        text = written(value) if isinstance(value, str) else _cell(value)
        return shown_in_terminal(text)

    rows = [flat(item) for item in items]
    columns = columns_of(rows)
    writer = csv.writer(_UnixLines())
    writer.writerow(map(cell, columns))
    writer.writerows([cell(row.get(name, "")) for name in columns] for row in rows)


def _inert(text: str) -> str:
    return f"'{text}" if text.startswith(_FORMULA_STARTS) else text


def _cell(value: Any) -> str:
    return value if isinstance(value, str) else exact_json.dumps(value)


def _shown(name: str, value: Any) -> str:
    if value is None:
        return ""
    if name in _MOMENTS and isinstance(value, int):
        return ms_to_iso(value)
    return visible(_cell(value))
