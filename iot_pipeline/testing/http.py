"""Requests and responses as they go over the wire."""

import gzip
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from iot_pipeline import exact_json

REQUEST_ID = "in-memory"


@dataclass(frozen=True)
class Request:
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
class Response:
    """One response as it goes over the wire."""

    status: int
    body: bytes
    headers: Mapping[str, str] = field(default_factory=dict)

    @classmethod
    def json(cls, status: int, content: object, **headers: str) -> "Response":
        """An answer in JSON; `_` in header names stands for `-`."""
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        named["Content-Type"] = "application/json"
        return cls(status, exact_json.dumps(content).encode("utf-8"), named)

    @classmethod
    def error(cls, status: int, code: str, message: str, **headers: str) -> "Response":
        """An error in the API's shape."""
        error = {"code": code, "message": message, "details": [], "requestId": REQUEST_ID}
        return cls.json(status, {"error": error}, **headers)

    @classmethod
    def page(
        cls, request: Request, entries: str, found: Sequence[object], **more: object
    ) -> "Response":
        """The part of what was found that the request's `limit` and `next_token` ask for."""
        shown, token = _part(request, found)
        if token is not None:
            more["next_token"] = token
        return cls.json(200, {**more, "count": len(shown), entries: shown})

    @classmethod
    def list_page(cls, request: Request, found: Sequence[object]) -> "Response":
        """The same part as a list, with the token in a header."""
        shown, token = _part(request, found)
        return cls.json(200, shown) if token is None else cls.json(200, shown, X_Next_Token=token)


def _part(request: Request, found: Sequence[object]) -> tuple[Sequence[object], str | None]:
    position = int(request.query.get("next_token", "0"))
    end = position + int(request.query.get("limit", "100"))
    return found[position:end], str(end) if len(found) > end else None


def lies_within(query: Mapping[str, str], moment_ms: int) -> bool:
    """Whether a moment lies from the query's `start` to before its `end`, if it names them."""
    begun = "start" not in query or int(query["start"]) <= moment_ms
    return begun and ("end" not in query or moment_ms < int(query["end"]))
