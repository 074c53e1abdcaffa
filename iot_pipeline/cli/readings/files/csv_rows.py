"""CSV with a header; every value is a text."""

import csv
from collections import Counter
from collections.abc import Iterator
from itertools import chain
from typing import TextIO

from iot_pipeline.cli.readings.files.errors import UnreadableFile
from iot_pipeline.cli.readings.files.row import Row

_DELIMITERS = ",;\t|"


def csv_rows(text: TextIO) -> Iterator[Row]:
    """The lines below the header as rows, delimited as the header is by `,` `;` tab or `|`.

    Columns without a name are left out, and so are empty cells. Raises UnreadableFile where a
    name stands twice.
    """
    header = text.readline()
    delimiter = max(_DELIMITERS, key=header.count)
    reader = csv.reader(chain([header], text), delimiter=delimiter, strict=True)
    names = [name.strip() for name in next(reader)]
    twice = [name for name, count in Counter(names).items() if name and count > 1]
    if twice:
        raise UnreadableFile(f"columns stand twice in the header: {', '.join(twice)}")
    for cells in reader:
        if not cells:
            continue
        if len(cells) != len(names):
            reason = f"{len(cells)} cells where the header has {len(names)}"
            yield Row(reader.line_num, {}, reason)
            continue
        filled = {name: cell for name, cell in zip(names, cells, strict=True) if name and cell}
        yield Row(reader.line_num, filled)
