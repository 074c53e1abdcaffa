"""A JSON array, one element after the other, however long it is."""

from collections.abc import Iterator
from typing import Any, TextIO

from iot_pipeline import exact_json
from iot_pipeline.cli.readings.files.errors import UnreadableFile
from iot_pipeline.cli.readings.files.row import Row

CHUNK_CHARACTERS = 1024 * 1024
_LONGEST_ELEMENT = 8 * CHUNK_CHARACTERS
_BLANK = " \t\r\n"


def array_rows(text: TextIO, chunk_characters: int = CHUNK_CHARACTERS) -> Iterator[Row]:
    """The elements of one array as rows; raises UnreadableFile where the JSON breaks."""
    window = _Window(text, chunk_characters)
    window.expect("[")
    if window.next_mark() == "]":
        window.expect("]")
    else:
        mark = ","
        while mark == ",":
            line, element = window.element()
            if isinstance(element, dict):
                yield Row(line, element)
            else:
                yield Row(line, {}, "it is not an object")
            mark = window.expect(",]")
    if window.next_mark():
        raise UnreadableFile(f"line {window.line}: something follows the end of the array")


class _Window:
    """The part of the text that is in memory: from what is being read to what was fetched."""

    def __init__(self, text: TextIO, chunk_characters: int) -> None:
        self._text = text
        self._chunk_characters = chunk_characters
        self._held = ""
        self._position = 0
        self._ended = False
        self.line = 1

    def next_mark(self) -> str:
        """The next character that is not blank, left in place; empty at the end."""
        while True:
            held, position = self._held, self._position
            while position < len(held) and held[position] in _BLANK:
                position += 1
            self._advance(position)
            if position < len(held) or not self._fetch():
                return self._held[self._position : self._position + 1]

    def expect(self, marks: str) -> str:
        """Step over one of the marks; raises UnreadableFile at any other character."""
        mark = self.next_mark()
        if not mark:
            raise UnreadableFile(f"line {self.line}: the array is cut off")
        if mark not in marks:
            wanted = " or ".join(f"'{wanted}'" for wanted in marks)
            raise UnreadableFile(f"line {self.line}: {wanted} expected, not {mark!r}")
        self._position += 1
        return mark

    def element(self) -> tuple[int, Any]:
        """The next value and its line; raises UnreadableFile where there is none."""
        self.next_mark()
        line = self.line
        while True:
            try:
                value, end = exact_json.decode_at(self._held, self._position)
            except ValueError as error:
                if len(self._held) - self._position > _LONGEST_ELEMENT or not self._fetch():
                    reason = exact_json.complaint(error)
                    raise UnreadableFile(f"line {line}: {reason}") from error
                continue
            # A number that ends where the text ends may go on in the next chunk.
            if end < len(self._held) or not self._fetch():
                self._advance(end)
                return line, value

    def _advance(self, position: int) -> None:
        self.line += self._held.count("\n", self._position, position)
        self._position = position

    def _fetch(self) -> bool:
        if self._ended:
            return False
        chunk = self._text.read(self._chunk_characters)
        self._held = self._held[self._position :] + chunk
        self._position = 0
        self._ended = not chunk
        return bool(chunk)
