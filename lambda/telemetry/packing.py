"""Many readings as one compressed binary value, column by column, without losing a digit.

A new version is to be read by one release before the next writes it: else what was packed cannot be
read after a roll-back.

Version 2: the byte 2, then zlib over UTF-8 JSON `[count, first, least step, {name: [values,
codes]…}]`. The column named "" tells how much longer than the least each step in time is.

- Values are the different ones, in the order they first appear in. Numbers are one text, `0.1,2,35`
  for 0.12 and 0.135: what all begin with, then the rest of each. Others are a list; null stands for
  a metric that a reading lacks.
- Codes have a character for each reading that names its value; a number n stands for the n-th codes
  in the document, counted from 0. Without codes every reading has its own value, or all have the
  only one.

Version 1, for few readings, and what all were packed as once: the byte 1, then zlib over ASCII JSON
`{"t": [first, steps…], "m": {name: [values…]}}`. What both take is in docs/decisions/0020.
"""

import zlib
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from decimal import Decimal
from itertools import accumulate, chain, pairwise
from typing import Any

from kernel import exact_json
from readings.metrics import Metric, to_metric
from readings.model import Reading

# Of fewer readings, coding saves no write unit, and takes longer than to write them as version 1.
_FEW = 16
_STEPS = ""
# Digits first: most columns need few codes, which so look like what the values are written in. No
# code needs an escape in JSON.
_OTHERS = [chr(code) for code in range(0x23, 0x7F) if chr(code) not in "0123456789\\"]
_CODES = [*"0123456789", *_OTHERS, *map(chr, range(0xA1, 0x250))]
_PLACES = {code: place for place, code in enumerate(_CODES)}
_NUMBERS_BEGIN = frozenset("-0123456789")

# By metric, the member of each reading's JSON object that says it: `"name":value`.
_Members = Iterable[tuple[str, Sequence[str]]]


def pack(readings: Sequence[Reading]) -> bytes:
    """Pack readings of one device that are in time order."""
    moments = [reading.timestamp for reading in readings]
    steps = [later - earlier for earlier, later in pairwise(moments)]
    version = 1 if len(readings) < _FEW else 2
    write, level, _ = _VERSIONS[version]
    document = write(moments[0], steps, _members(readings))
    return bytes([version]) + zlib.compress(document.encode(), level)


def unpack(device_id: str, packed: bytes) -> tuple[Reading, ...]:
    """The readings that were packed; raises ValueError for a version this code does not know."""
    if packed[0] not in _VERSIONS:
        raise ValueError(f"segments packed as version {packed[0]} cannot be read")
    _, _, read = _VERSIONS[packed[0]]
    return tuple(read(device_id, exact_json.loads(zlib.decompress(packed[1:]))))


def _members(readings: Sequence[Reading]) -> _Members:
    names = sorted({name for reading in readings for name in reading.metrics})
    rows = [reading.text[1:-1].split(",") for reading in readings]
    # Their own JSON comes apart at the commas where every reading has every metric and no text has
    # a comma. That saves writing each value once more.
    if all(
        len(row) == len(reading.metrics) == len(names)
        for row, reading in zip(rows, readings, strict=True)
    ):
        yield from zip(names, zip(*rows, strict=True), strict=True)
        return
    for name in names:
        begin = _begin(name)
        values = [reading.metrics.get(name) for reading in readings]
        yield name, [begin + exact_json.dumps(value) for value in values]


def _begin(name: str) -> str:
    return f"{exact_json.dumps(name)}:"


def _write_1(first: int, steps: Sequence[int], members: _Members) -> str:
    times = ",".join(map(str, [first, *steps]))
    columns = []
    for name, column in members:
        begin = _begin(name)
        columns.append(f"{begin}[{','.join([member[len(begin) :] for member in column])}]")
    return f'{{"t":[{times}],"m":{{{",".join(columns)}}}}}'


def _write_2(first: int, steps: Sequence[int], members: _Members) -> str:
    least, begin = min(steps), _begin(_STEPS)
    late = [f"{begin}{step - least}" for step in (least, *steps)]
    known: dict[str, int] = {}
    columns = [_column(name, column, known) for name, column in chain([(_STEPS, late)], members)]
    return f"[{len(late)},{first},{least},{{{','.join(columns)}}}]"


def _column(name: str, members: Sequence[str], known: dict[str, int]) -> str:
    """A column as a member of the document; `known` are the codes of those before it."""
    begin = _begin(name)
    places: dict[str, int] = {}
    own = [places.setdefault(member, len(places)) for member in members]
    values: Iterable[str] = places
    codes = ""
    # Near there, a code beside each different value begins to be shorter than all the values.
    if len(places) > len(_CODES) or 3 * len(places) > 2 * len(own) + 4:
        values = members
    elif len(places) > 1:
        codes = "".join([_CODES[place] for place in own])
    written = _written([value[len(begin) :] for value in values])
    if codes in known:
        return f"{begin}[{written},{known[codes]}]"
    if codes:
        known[codes] = len(known)
    return f'{begin}[{written},"{codes}"]'


def _written(texts: Sequence[str]) -> str:
    if not _NUMBERS_BEGIN.issuperset([text[0] for text in texts]):
        return f"[{','.join(texts)}]"
    same = _length_of_same_begin(min(texts), max(texts))
    rests = ",".join([text[same:] for text in texts])
    return f'"{texts[0][:same]},{rests}"'


def _length_of_same_begin(one: str, other: str) -> int:
    for place, (ours, theirs) in enumerate(zip(one, other, strict=False)):
        if ours != theirs:
            return place
    return len(one)


def _read_1(device_id: str, document: Any) -> Iterator[Reading]:
    moments = list(accumulate(document["t"]))
    rows: list[dict[str, Metric]] = [{} for _ in moments]
    for name, column in document["m"].items():
        for row, value in zip(rows, column, strict=True):
            if value is not None:
                row[name] = to_metric(value)
    for moment, row in zip(moments, rows, strict=True):
        yield Reading.of(device_id, moment, row)


def _read_2(device_id: str, document: Any) -> Iterator[Reading]:
    count, first, least, coded = document
    known: list[Sequence[int]] = []

    def places(codes: str | int, values: int) -> Sequence[int]:
        """Which of the column's values is each reading's."""
        if isinstance(codes, int):
            return known[codes]
        if codes:
            known.append([_PLACES[code] for code in codes])
            return known[-1]
        return range(count) if values == count else [0] * count

    written, codes = coded.pop(_STEPS)
    steps = _numbers(written)
    late = accumulate([int(steps[place]) for place in places(codes, len(steps))])
    rows: list[dict[str, Metric]] = [{} for _ in range(count)]
    texts: list[list[str]] = [[] for _ in rows]
    for name, (written, codes) in coded.items():
        values, members = _cells(name, written)
        for row, text, place in zip(rows, texts, places(codes, len(values)), strict=True):
            value = values[place]
            if value is not None:
                row[name] = value
                text.append(members[place])
    for n, (more, row, text) in enumerate(zip(late, rows, texts, strict=True)):
        # As `Reading.of` would write it: columns are in the order of their names.
        moment = first + n * least + more
        yield Reading.written(device_id, moment, row, f"{{{','.join(text)}}}")


def _numbers(written: str) -> list[str]:
    begin, *rests = written.split(",")
    return [begin + rest for rest in rests]


def _cells(name: str, written: str | Sequence[Any]) -> tuple[Sequence[Metric | None], list[str]]:
    """The values of a column, and the members of JSON objects that say them."""
    values: Sequence[Metric | None]
    if isinstance(written, str):
        texts = _numbers(written)
        values = [exact_json.canonical(Decimal(text)) for text in texts]
    else:
        values = [None if value is None else to_metric(value) for value in written]
        texts = [exact_json.dumps(value) for value in values]
    begin = _begin(name)
    return values, [begin + text for text in texts]


_Write = Callable[[int, Sequence[int], _Members], str]
_Read = Callable[[str, Any], Iterator[Reading]]

# How each version is written, on which level of zlib, and read. Level 6 makes version 2 as small as
# 9 does, and takes less time; version 1 stays as it was.
_VERSIONS: Mapping[int, tuple[_Write, int, _Read]] = {
    1: (_write_1, 9, _read_1),
    2: (_write_2, 6, _read_2),
}
