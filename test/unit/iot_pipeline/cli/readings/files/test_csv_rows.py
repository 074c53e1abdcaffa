"""CSV rows."""

import csv
import io

import pytest
from hypothesis import given
from hypothesis import strategies as st

from iot_pipeline.cli.readings.files.csv_rows import csv_rows
from iot_pipeline.cli.readings.files.errors import UnreadableFile
from iot_pipeline.cli.readings.files.row import Row

CELLS = st.text(
    st.characters(exclude_categories=["Cs", "Cc"]) | st.sampled_from('\n,;"'), min_size=1
)


def rows(text: str) -> list[Row]:
    return list(csv_rows(io.StringIO(text, newline="")))


@given(
    delimiter=st.sampled_from(",;\t|"), cells=st.lists(st.tuples(CELLS, CELLS, CELLS), max_size=5)
)
def test_what_pythons_writer_writes_is_read(
    delimiter: str, cells: list[tuple[str, str, str]]
) -> None:
    written = io.StringIO(newline="")
    csv.writer(written, delimiter=delimiter).writerows([("a", "b", "c"), *cells])
    assert [tuple(row.fields.values()) for row in rows(written.getvalue())] == cells


def test_empty_cells_empty_lines_and_nameless_columns_are_left_out() -> None:
    assert rows(",device, temp\n0,a,\n\n1,,2\n") == [
        Row(2, {"device": "a"}),
        Row(4, {"temp": "2"}),
    ]


def test_a_row_of_another_length_is_named_with_its_line() -> None:
    long, short, whole = rows("a,b\n1,2,3\n1\n1,2\n")
    assert (long.line, long.reason) == (2, "3 cells where the header has 2")
    assert (short.line, short.reason) == (3, "1 cells where the header has 2")
    assert whole.reason is None


def test_a_name_that_stands_twice_is_refused() -> None:
    with pytest.raises(UnreadableFile, match="twice in the header: a"):
        rows("a,b,a\n1,2,3\n")
