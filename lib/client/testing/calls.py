"""Requests and answers as they go over the wire."""

import gzip
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from lib.client import exact_json


@dataclass(frozen=True)
class Call:
    """One request as it came over the wire; header names are in lower case."""

    method: str
    path: str
    query: Mapping[str, str]
    headers: Mapping[str, str]
    body: bytes = b""

    def content(self) -> Any:
        """The JSON of the body, decompressed."""
        return exact_json.loads(self.unpacked())

    def unpacked(self) -> bytes:
        """The body, decompressed."""
        packed = self.headers.get("content-encoding") == "gzip"
        return gzip.decompress(self.body) if packed else self.body


@dataclass(frozen=True)
class Answer:
    """One answer as it goes over the wire."""

    status: int
    body: bytes
    headers: Mapping[str, str] = field(default_factory=dict)

    @classmethod
    def json(cls, status: int, content: object, **headers: str) -> "Answer":
        """An answer in JSON; `_` in header names stands for `-`."""
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        return cls(status, exact_json.dumps(content).encode("utf-8"), named)

    @classmethod
    def error(cls, status: int, code: str, message: str, **headers: str) -> "Answer":
        """An error in the API's shape."""
        error = {"code": code, "message": message, "details": [], "requestId": "in-memory"}
        return cls.json(status, {"error": error}, **headers)

    @classmethod
    def page(cls, call: Call, entries: str, found: Sequence[object], **more: object) -> "Answer":
        """The part of what was found that the call's `limit` and `next_token` ask for."""
        position, limit = (
            int(call.query.get("next_token", "0")),
            int(call.query.get("limit", "100")),
        )
        shown = found[position : position + limit]
        if len(found) > position + limit:
            more["next_token"] = str(position + limit)
        return cls.json(200, {**more, "count": len(shown), entries: shown})


def lies_within(query: Mapping[str, str], moment_ms: int) -> bool:
    """Whether a moment lies from the query's `start` to before its `end`, if it names them."""
    begun = "start" not in query or int(query["start"]) <= moment_ms
    return begun and ("end" not in query or moment_ms < int(query["end"]))
