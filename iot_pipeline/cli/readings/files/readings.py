"""The readings of a file, one after the other."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import chain

from iot_pipeline.cli.readings.files.errors import UnreadableFile, UnreadableRow
from iot_pipeline.cli.readings.files.mapping import Columns, Wanted, columns_of, reading_of
from iot_pipeline.cli.readings.files.opening import OpenedFile, opened
from iot_pipeline.cli.readings.files.row import Row
from iot_pipeline.cli.readings.files.table import Table, table_of
from iot_pipeline.readings import Reading

OnInvalid = Callable[[int, str], None]
"""Told the line and the reason of each row that is no reading; raises to stop."""


@dataclass(frozen=True)
class ReadingFile:
    """A file of readings whose format and columns are settled."""

    file: OpenedFile
    table: Table
    columns: Columns
    _rows: Iterator[Row]

    def __str__(self) -> str:
        packed = f" ({self.file.packed_as})" if self.file.packed_as else ""
        return f"{self.table.format}{packed}; {self.columns}"

    def readings(self, on_invalid: OnInvalid) -> Iterator[Reading]:
        """The readings, once, as they stand in the file; raises UnreadableFile."""
        for row in self._rows:
            try:
                yield reading_of(row, self.columns, of_texts=self.table.of_texts)
            except UnreadableRow as error:
                on_invalid(row.line, str(error))


@contextmanager
def reading_file(path: str, wanted: Wanted) -> Iterator[ReadingFile]:
    """Open a file, or stdin for `-`, and settle by its first whole row what is what.

    Raises UnreadableFile.
    """
    with opened(path) as file:
        table = table_of(file.content)
        unusable: list[Row] = []
        for row in table.rows:
            if row.reason is None:
                columns = columns_of(wanted, row.fields)
                yield ReadingFile(file, table, columns, chain(unusable, [row], table.rows))
                return
            unusable.append(row)
        reason = f": line {unusable[0].line}: {unusable[0].reason}" if unusable else ""
        raise UnreadableFile(f"there is no record in it{reason}")
