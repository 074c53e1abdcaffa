"""JSON arrays, streamed."""

import io
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from iot_pipeline import exact_json
from iot_pipeline.cli.readings.files.errors import UnreadableFile
from iot_pipeline.cli.readings.files.json_array import array_rows

VALUES = st.recursive(
    st.integers() | st.decimals(allow_nan=False, allow_infinity=False) | st.text() | st.booleans(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=8,
)
DOCUMENTS = st.lists(st.dictionaries(st.text(), VALUES, max_size=3), max_size=6)


@given(document=DOCUMENTS, chunk=st.integers(1, 40), gap=st.sampled_from(["", " ", "\n", "\r\n\t"]))
def test_any_array_is_read_in_chunks_of_any_size(
    document: list[dict[str, Any]], chunk: int, gap: str
) -> None:
    body = f"{gap},{gap}".join(exact_json.dumps(element) for element in document)
    text = f"{gap}[{gap}{body}{gap}]{gap}"
    rows = list(array_rows(io.StringIO(text), chunk))
    assert [row.fields for row in rows] == document


def test_each_row_has_the_line_on_which_it_starts() -> None:
    text = '[\n {"a":\n 1},\n\n {"a": 2}, {"a": 3}\n]\n'
    assert [row.line for row in array_rows(io.StringIO(text), 3)] == [2, 5, 5]


def test_an_element_that_is_no_object_is_a_row_with_a_reason() -> None:
    first, second, third = array_rows(io.StringIO('[12, {"a": 1}, [{}]]'), 2)
    assert (first.reason, second.fields) == ("it is not an object", {"a": 1})
    assert third.reason == "it is not an object"


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ('[{"a": 1}', "line 1: the array is cut off"),
        ('[{"a": 1},\n', "line 2: "),
        ('[{"a": 1},]', "line 1: "),
        ('[\n{"a": 1}\n{"a": 2}]', "line 3: ',' or ']' expected, not '{'"),
        ('[{"a": NaN}]', "line 1: "),
        ('[{"a": 1}] {}', "line 1: something follows"),
    ],
)
def test_broken_json_is_named_with_its_line(text: str, reason: str) -> None:
    with pytest.raises(UnreadableFile) as caught:
        list(array_rows(io.StringIO(text), 4))
    assert str(caught.value).startswith(reason)


def test_memory_holds_no_more_than_what_is_being_read() -> None:
    class Counted(io.StringIO):
        read_so_far = 0

        def read(self, size: int | None = -1) -> str:
            chunk = super().read(size)
            self.read_so_far += len(chunk)
            return chunk

    text = Counted("[" + ",".join('{"a": 1}' for _ in range(1_000)) + "]")
    next(array_rows(text, 100))
    assert text.read_so_far <= 200
