"""Whichever format a file has: its rows."""

import csv
import io
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import TextIO

from iot_pipeline.cli.readings.files.csv_rows import csv_rows
from iot_pipeline.cli.readings.files.errors import UnreadableFile
from iot_pipeline.cli.readings.files.json_array import array_rows
from iot_pipeline.cli.readings.files.json_objects import object_rows
from iot_pipeline.cli.readings.files.opening import DAMAGE
from iot_pipeline.cli.readings.files.row import Row

_BYTE_ORDER_MARK = b"\xef\xbb\xbf"
_PEEKED_BYTES = 512


@dataclass(frozen=True)
class Table:
    """What a file was found to be, and its rows, read as they are asked for.

    `of_texts`: the values are texts, even where they show numbers.
    """

    format: str
    rows: Iterator[Row]
    # Kept for its life: once nobody holds the wrapper, it closes the file that it wraps.
    _text: io.TextIOWrapper
    of_texts: bool = False


def table_of(content: io.BufferedReader) -> Table:
    """Find out what the bytes are by how they start: `[`, `{`, or else CSV with a header.

    Raises UnreadableFile, also while the rows are read.
    """
    try:
        start = content.peek(_PEEKED_BYTES).removeprefix(_BYTE_ORDER_MARK).lstrip()[:1]
    except DAMAGE as error:
        raise UnreadableFile(f"it is damaged: {error}") from error
    if not start:
        raise UnreadableFile("there is nothing in it")
    text = io.TextIOWrapper(content, encoding="utf-8-sig", newline="")
    if start == b"[":
        return Table("a JSON array", _readable(array_rows, text), text)
    if start == b"{":
        return Table("JSON objects", _readable(object_rows, text), text)
    return Table("CSV", _readable(csv_rows, text), text, of_texts=True)


def _readable(rows: Callable[[TextIO], Iterator[Row]], text: TextIO) -> Iterator[Row]:
    try:
        yield from rows(text)
    except UnicodeDecodeError as error:
        raise UnreadableFile(f"it is not UTF-8 text: {error.reason}") from error
    except csv.Error as error:
        raise UnreadableFile(f"it is not CSV: {error}") from error
    except DAMAGE as error:
        raise UnreadableFile(f"it is damaged: {error}") from error
