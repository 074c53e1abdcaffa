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
        shown, token = _part(call, found)
        if token is not None:
            more["next_token"] = token
        return cls.json(200, {**more, "count": len(shown), entries: shown})

    @classmethod
    def list_page(cls, call: Call, found: Sequence[object]) -> "Answer":
        """The same part as a list, with the token in a header."""
        shown, token = _part(call, found)
        return cls.json(200, shown) if token is None else cls.json(200, shown, X_Next_Token=token)


def _part(call: Call, found: Sequence[object]) -> tuple[Sequence[object], str | None]:
    position = int(call.query.get("next_token", "0"))
    end = position + int(call.query.get("limit", "100"))
    return found[position:end], str(end) if len(found) > end else None


def lies_within(query: Mapping[str, str], moment_ms: int) -> bool:
    """Whether a moment lies from the query's `start` to before its `end`, if it names them."""
    begun = "start" not in query or int(query["start"]) <= moment_ms
    return begun and ("end" not in query or moment_ms < int(query["end"]))
