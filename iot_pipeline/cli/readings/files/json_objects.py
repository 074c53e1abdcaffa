"""JSON Lines, or one object that holds one array."""

from collections.abc import Iterator
from itertools import chain, islice
from typing import Any, TextIO

from iot_pipeline import exact_json
from iot_pipeline.cli.readings.files.errors import UnreadableFile
from iot_pipeline.cli.readings.files.row import Row


def object_rows(text: TextIO) -> Iterator[Row]:
    """One row for each line, or for each element of the array in the one object.

    Lines are read as they come; an object alone is read whole. Raises UnreadableFile where it
    is neither.
    """
    numbered = ((line, content) for line, content in enumerate(text, 1) if content.strip())
    # Two lines tell: those of one object that is spread over lines are no objects themselves.
    start = list(islice(numbered, 2))
    if len(start) == 2 and any(_is_object(content) for _, content in start):
        return (_row(line, content) for line, content in chain(start, numbered))
    return _rows_of_document("".join(content for _, content in chain(start, numbered)))


def _row(line: int, content: str) -> Row:
    try:
        fields = exact_json.loads(content)
    except ValueError as error:
        return Row(line, {}, f"it is not JSON: {exact_json.complaint(error)}")
    return Row(line, fields) if isinstance(fields, dict) else Row(line, {}, "it is not an object")


def _is_object(content: str) -> bool:
    return _row(0, content).reason is None


def _rows_of_document(content: str) -> Iterator[Row]:
    try:
        document: dict[str, Any] = exact_json.loads(content)
    except ValueError as error:
        raise UnreadableFile(f"it is neither JSON nor JSON Lines: {error}") from error
    # No reading holds an array: where there is one, it holds the readings.
    arrays = [name for name, value in document.items() if isinstance(value, list)]
    if not arrays:
        return iter([Row(1, document)])
    if len(arrays) > 1:
        raise UnreadableFile(f"the object holds several arrays, not one: {', '.join(arrays)}")
    return (
        Row(1, element) if isinstance(element, dict) else Row(1, {}, "it is not an object")
        for element in document[arrays[0]]
    )
