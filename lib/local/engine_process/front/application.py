"""The front as an ASGI application before the engine's own."""

import asyncio
import json
import os
from collections.abc import Awaitable, Callable, MutableMapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any, Protocol

from .credentials import Refused, check_credentials
from .request import Request
from .root import check_root

# Every call that is under way has a function's process of about 50 MB of its own, and with 64 of
# them the engine answered nobody. Two cores serve twice as many calls with 8 processes as with 16.
CALLS_AT_ONCE = min(4 * max(os.cpu_count() or 1, 2), 32)
# As long as functions take to start when all of them do; a longer wait had better be told of.
PATIENCE_SECONDS = 5.0

_API_SERVICE = "execute-api"
_TOO_MANY = "TooManyRequestsException"
_ROOT_BODY_LIMIT_BYTES = 1_000_000

Scope = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[dict[str, Any]]]
Send = Callable[[dict[str, Any]], Awaitable[None]]
Application = Callable[[Scope, Receive, Send], Awaitable[None]]
Answer = tuple[int, dict[str, str], bytes]


class Engine(Protocol):
    """What the front asks the engine behind it."""

    def api_of(self, host: str, path: str) -> tuple[str, str] | None:
        """Return the id and the stage of the API that a request is a call of, or None."""

    def region_of(self, api_id: str) -> str | None:
        """Return the region of an API, or None if there is no such API."""

    def gateway_answer(self, api_id: str, stage: str, refused: Refused) -> Answer | None:
        """Return the API's own answer to a refused call, or None if there is no such stage."""

    def service_answer(self, service: str, refused: Refused, headers: dict[str, str]) -> Answer:
        """Return a service's answer to a refused request, in the service's protocol."""


@dataclass
class Front:
    """Serves, or answers in the engine's place; `root_secret` reads the secret of its root."""

    served: Application
    engine: Engine
    root_secret: Callable[[], str]
    clock: Callable[[], datetime] = lambda: datetime.now(UTC)
    patience_seconds: float = PATIENCE_SECONDS
    _free: asyncio.Semaphore = field(default_factory=lambda: asyncio.Semaphore(CALLS_AT_ONCE))

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve the request, or refuse it."""
        if scope["type"] not in ("http", "websocket"):
            await self.served(scope, receive, send)
            return
        request = Request.of(scope)
        api = self.engine.api_of(request.headers.get("host", ""), scope["path"])
        try:
            service, region = self._owner(request, api)
            check_credentials(request, service, region, self.clock())
            if request.names_root:
                body = await _read(receive)
                check_root(request, body, self.root_secret(), self.clock())
                receive = _once_more(body, receive)
            is_call = api is not None and scope["type"] == "http"
            await self._serve(scope, receive, send, is_call=is_call)
        except Refused as refused:
            await _refuse(scope, send, self._answer(request, api, refused))

    def _owner(
        self, request: Request, api: tuple[str, str] | None
    ) -> tuple[str | None, str | None]:
        """The service and the region that a request must be signed for; None where any will do."""
        if api is None:
            return request.wanted, None
        return _API_SERVICE, self.engine.region_of(api[0])

    async def _serve(self, scope: Scope, receive: Receive, send: Send, *, is_call: bool) -> None:
        if not is_call:
            # What functions ask for never waits: their own callers hold what it would wait for.
            await self.served(scope, receive, send)
            return
        try:
            async with asyncio.timeout(self.patience_seconds):
                await self._free.acquire()
        except TimeoutError as full:
            raise Refused(_TOO_MANY, "Too Many Requests") from full
        try:
            await self.served(scope, receive, send)
        finally:
            self._free.release()

    def _answer(self, request: Request, api: tuple[str, str] | None, refused: Refused) -> Answer:
        if api is None:
            return self.engine.service_answer(request.service, refused, request.headers)
        content = json.dumps({"message": refused.message}).encode()
        status = 429 if refused.code == _TOO_MANY else 403
        plain = status, {"Content-Type": "application/json"}, content
        return self.engine.gateway_answer(*api, refused) or plain


async def _read(receive: Receive) -> bytes:
    """Return the body as far as its limit; what is longer, or broken off, is not as signed."""
    body = b""
    while len(body) <= _ROOT_BODY_LIMIT_BYTES:
        message = await receive()
        body += message.get("body", b"")
        if not message.get("more_body"):
            break
    return body


def _once_more(body: bytes, receive: Receive) -> Receive:
    messages = [{"type": "http.request", "body": body, "more_body": False}]

    async def again() -> dict[str, Any]:
        return messages.pop() if messages else await receive()

    return again


async def _refuse(scope: Scope, send: Send, answer: Answer) -> None:
    if scope["type"] == "websocket":
        await send({"type": "websocket.close", "code": 1008})
        return
    status, headers, body = answer
    headers = {**headers, "Content-Length": str(len(body))}
    pairs = [(n.lower().encode("latin-1"), v.encode("latin-1")) for n, v in headers.items()]
    await send({"type": "http.response.start", "status": status, "headers": pairs})
    await send({"type": "http.response.body", "body": body})
