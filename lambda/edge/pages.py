"""Pages: as many items as one answer of a function can hold."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

from kernel import exact_json

# Lambda may answer 6 MB; the rest is for what stands around the items.
MAX_ANSWER_BYTES = 4_000_000
DEFAULT_LIMIT = 100
MAX_LIMIT = 1_000

P = TypeVar("P")


class AnswerSpace:
    """The space of one answer, taken up item by item."""

    def __init__(self) -> None:
        self._left_bytes = MAX_ANSWER_BYTES

    def takes(self, item: str) -> bool:
        """Take up the space of an item that is written as ASCII JSON; whether it was there."""
        # An answer is a text in Lambda's own JSON, which escapes these once more.
        escaped = item.count('"') + item.count("\\")
        self._left_bytes -= len(item) + escaped + len(",")
        return self._left_bytes >= 0


@dataclass(frozen=True, slots=True)
class Page(Generic[P]):
    """Items already written as JSON, and the position to go on from if more follow."""

    items: tuple[str, ...]
    resume_after: P | None


def page_of(
    found: Iterable[tuple[P, Mapping[str, Any] | str | None]],
    limit: int | None,
    most_looked_at: int | None = None,
) -> Page[P]:
    """The first items of what is found, each with its position; a text is JSON already, and None
    stands for an item that was looked at and is not wanted.

    They are fewer than `limit` where an answer cannot hold so many, or `most_looked_at` is reached.
    """
    items: list[str] = []
    space = AnswerSpace()
    reached: P | None = None
    for looked_at, (position, content) in enumerate(found):
        if looked_at == most_looked_at:
            return Page(tuple(items), reached)
        if content is not None:
            item = content if isinstance(content, str) else exact_json.dumps(content)
            fits = len(items) != limit and space.takes(item)
            # A page without an item would never get on.
            if items and not fits:
                return Page(tuple(items), reached)
            items.append(item)
        reached = position
    return Page(tuple(items), None)
