"""The engine's process: run by the engine's own interpreter, never imported by the pipeline.

The `ministack` command would also take port 443 wherever it may, and its end cannot be told from
a kill; serving its application directly avoids the one and tells the other.
"""

import asyncio
import contextlib
import json
import os
import re
import resource
import signal
import sys
import urllib.parse
from typing import Any, TextIO

from hypercorn.asyncio import serve  # type: ignore[import-not-found, unused-ignore]
from hypercorn.config import Config  # type: ignore[import-not-found, unused-ignore]
from ministack.app import app  # type: ignore[import-not-found, unused-ignore]

SSL_SHUTDOWN_SECONDS = 3
# Longer than any request or connection takes to end: when this runs out, hypercorn skips the
# application's own end, in which the data is saved.
GRACEFUL_SECONDS = 100
API_PATH = "/_aws/execute-api/"
# Credential=KEY/DATE/REGION/SERVICE/aws4_request, in the header or in a presigned query.
CREDENTIAL_SCOPE = re.compile(r"Credential=[^/\s,&]*/[^/]*/[^/]*/([^/]*)/aws4_request")


class PromptlyClosingLoop(asyncio.SelectorEventLoop):
    """An event loop that does not wait for clients to say goodbye.

    asyncio gives the other side of a TLS connection 30 s to confirm its end, and an idle boto3
    client, in a warm function for one, never does: every stop would take as long. What is left
    is for a slow client to read the rest of its answer.
    """

    async def create_server(self, *arguments: Any, **options: Any) -> asyncio.Server:
        """Make a server, with the short wait if it speaks TLS."""
        if options.get("ssl"):
            options["ssl_shutdown_timeout"] = SSL_SHUTDOWN_SECONDS
        return await super().create_server(*arguments, **options)


def forgive_farewells() -> None:
    """Let no client's way of closing its connection be an error.

    hypercorn passes on what it does not know, such as data that arrives after the goodbye, and
    ends without letting the application save its data.
    """
    wait_closed = asyncio.StreamWriter.wait_closed

    async def forgiving(writer: asyncio.StreamWriter) -> None:
        with contextlib.suppress(OSError):
            await wait_closed(writer)

    asyncio.StreamWriter.wait_closed = forgiving  # type: ignore[assignment, method-assign]


class ScopedToExecuteApi:
    """Refuses calls of an API that are signed for another service, as API Gateway does.

    The engine verifies a signature for whatever service its scope names.
    """

    def __init__(self, served: Any) -> None:
        """Stand before an ASGI application."""
        self._served = served

    async def __call__(self, scope: dict[str, Any], receive: Any, send: Any) -> None:
        """Serve the request, or answer it with 403."""
        if scope["type"] == "http" and scope["path"].startswith(API_PATH):
            service = signed_service(scope)
            if service not in (None, "execute-api"):
                await _refuse(send)
                return
        await self._served(scope, receive, send)


def signed_service(scope: dict[str, Any]) -> str | None:
    """Return the service that a request's SigV4 credential names, or None without one."""
    headers = dict(scope["headers"])
    texts = (
        headers.get(b"authorization", b"").decode("latin-1"),
        urllib.parse.unquote(scope["query_string"].decode("latin-1")),
    )
    for text in texts:
        if found := CREDENTIAL_SCOPE.search(text):
            return found[1]
    return None


async def _refuse(send: Any) -> None:
    message = "Credential should be scoped to correct service: 'execute-api'."
    body = json.dumps({"message": message}).encode()
    headers = [(b"content-type", b"application/json"), (b"content-length", b"%d" % len(body))]
    await send({"type": "http.response.start", "status": 403, "headers": headers})
    await send({"type": "http.response.body", "body": body})


def main() -> None:
    """Serve until SIGTERM; the argument is the descriptor of the locked process record."""
    descriptor = int(sys.argv[1])
    os.set_inheritable(descriptor, False)
    with contextlib.suppress(ValueError, OSError):
        _, most = resource.getrlimit(resource.RLIMIT_NOFILE)
        resource.setrlimit(resource.RLIMIT_NOFILE, (most, most))
    config = Config()
    config.bind = [f"{os.environ['BIND_HOST']}:{os.environ['GATEWAY_PORT']}"]
    config.certfile = os.environ["MINISTACK_SSL_CERT"]
    config.keyfile = os.environ["MINISTACK_SSL_KEY"]
    config.keep_alive_timeout = 75
    config.graceful_timeout = GRACEFUL_SECONDS
    forgive_farewells()
    with os.fdopen(descriptor, "r+", encoding="utf-8") as record:
        with asyncio.Runner(loop_factory=PromptlyClosingLoop) as runner:
            runner.run(_serve(config, record))
        record.truncate(0)  # An empty record is a clean end: everything was saved.


async def _serve(config: "Config", record: TextIO) -> None:
    stopping = asyncio.Event()

    def stop() -> None:
        record.seek(0)
        text = record.read().replace('"running"', '"saving"')
        record.seek(0)
        record.write(text)
        record.truncate()
        record.flush()
        stopping.set()

    for number in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(number, stop)
    await serve(ScopedToExecuteApi(app), config, shutdown_trigger=stopping.wait)


if __name__ == "__main__":
    main()
