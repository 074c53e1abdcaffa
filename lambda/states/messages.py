"""Queue messages between ingest and count: self-contained, versioned, at most 200 KB."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from kernel import exact_json
from kernel.parsing import DAY
from kernel.versioned_messages import decoded
from states.model import MAX_COUNTERS, Chunk, Count
from states.parsing import word_fault

VERSION = 1


@dataclass(frozen=True, slots=True)
class CountMessage:
    """A chunk to be counted; `raw_key` is where the submission is kept as it was sent."""

    request_id: str
    received_at: int
    raw_key: str
    chunk: Chunk

    def encode(self) -> str:
        """The message's body: ASCII JSON that a person can read."""
        return exact_json.dumps(
            {
                "v": VERSION,
                "request_id": self.request_id,
                "received_at": self.received_at,
                "raw_key": self.raw_key,
                "submission": self.chunk.submission,
                "chunk": self.chunk.place,
                "counts": [
                    {"date": one.date, "type": one.type, "state": one.state, "count": one.count}
                    for one in self.chunk.counts
                ],
            }
        )

    @classmethod
    def decode(cls, body: str) -> "CountMessage":
        """Read a message's body; raises Refused for what no version of the pipeline ever sent."""
        return decoded(body, VERSION, cls._of)

    @classmethod
    def _of(cls, document: Mapping[str, Any]) -> "CountMessage":
        counts = tuple(_count(row) for row in document["counts"])
        chunk = Chunk(_text(document["submission"]), _number(document["chunk"], 0), counts)
        if not 1 <= len({(one.date, one.type, one.state) for one in counts}) == len(counts):
            raise ValueError("counts that repeat, or none")
        if len(counts) > MAX_COUNTERS:
            raise ValueError(f"more than {MAX_COUNTERS} counts")
        return cls(
            request_id=_text(document["request_id"]),
            received_at=_number(document["received_at"], 0),
            raw_key=_text(document["raw_key"]),
            chunk=chunk,
        )


def _count(row: Mapping[str, Any]) -> Count:
    for name in ("type", "state"):
        if word_fault(row[name]):
            raise ValueError(f"{row[name]!a} is no {name}")
    if not DAY.fullmatch(row["date"]):
        raise ValueError(f"{row['date']!a} is no day")
    return Count(row["date"], row["type"], row["state"], _number(row["count"], 1))


def _text(value: Any) -> str:
    if isinstance(value, str) and value:
        return value
    raise ValueError(f"{value!a} is no text")


def _number(value: Any, least: int) -> int:
    if type(value) is int and value >= least:
        return value
    raise ValueError(f"{value!a} is no number from {least}")
