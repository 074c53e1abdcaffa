"""JSON Lines and single objects."""

import io

import pytest

from iot_pipeline.cli.readings.files.errors import UnreadableFile
from iot_pipeline.cli.readings.files.json_objects import object_rows
from iot_pipeline.cli.readings.files.row import Row


def rows(text: str) -> list[Row]:
    return list(object_rows(io.StringIO(text)))


def test_each_line_is_a_row() -> None:
    assert rows('{"a": 1}\n\n{"a": 2}') == [Row(1, {"a": 1}), Row(3, {"a": 2})]


def test_a_line_is_a_row_even_with_an_array_in_it() -> None:
    assert rows('{"a": [1]}\n{"a": [2]}\n') == [Row(1, {"a": [1]}), Row(2, {"a": [2]})]


@pytest.mark.parametrize("bad", ['{"a": ', '{"a": NaN}', "[1]", "12"])
def test_a_bad_line_is_a_row_with_a_reason(bad: str) -> None:
    first, second, third = rows(f'{{"a": 1}}\n{bad}\n{{"a": 3}}\n')
    assert (first.fields, second.fields, third.fields) == ({"a": 1}, {}, {"a": 3})
    assert second.line == 2
    assert second.reason


def test_a_first_line_that_is_cut_off_does_not_hide_the_others() -> None:
    first, second = rows('{"a": \n{"a": 2}\n')
    assert first.reason
    assert second.fields == {"a": 2}


@pytest.mark.parametrize(
    "text",
    [
        '{"source": "lab", "readings": [{"a": 1}, {"a": 2}]}',
        '{"source": "lab", "readings": [{"a": 1}, {"a": 2}]}\n',
        '{\n  "readings": [\n    {"a": 1},\n    {"a": 2}\n  ]\n}\n',
    ],
)
def test_the_one_array_of_an_object_holds_the_rows(text: str) -> None:
    assert [row.fields for row in rows(text)] == [{"a": 1}, {"a": 2}]


@pytest.mark.parametrize("text", ['{"a": 1}', '{\n "a":\n 1\n}'])
def test_an_object_without_an_array_is_one_row(text: str) -> None:
    assert rows(text) == [Row(1, {"a": 1})]


def test_several_arrays_are_refused() -> None:
    with pytest.raises(UnreadableFile, match="several arrays, not one: x, y"):
        rows('{"x": [], "y": []}')


@pytest.mark.parametrize("text", ['{"a": 1', '{"a": 1}} ', "{\n\n"])
def test_what_is_neither_is_refused(text: str) -> None:
    with pytest.raises(UnreadableFile, match="neither JSON nor JSON Lines"):
        rows(text)
