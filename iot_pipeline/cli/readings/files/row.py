"""One record of a file."""

from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class Row:
    """The fields of one record and the line on which it starts.

    Where the record cannot be read there are no fields, and `reason` says why.
    """

    line: int
    fields: dict[str, Any]
    reason: str | None = None
