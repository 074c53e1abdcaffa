"""The engine's process: run by the engine's own interpreter, never imported by the pipeline.

The `ministack` command would also take port 443 wherever it may, and its end cannot be told from
a kill; serving its application directly avoids the one and tells the other.
"""

import asyncio
import contextlib
import os
import resource
import signal
import sys
import uuid
from pathlib import Path
from typing import Any, TextIO

from front import Answer, Front, Refused  # type: ignore[import-not-found, unused-ignore]
from hypercorn.asyncio import serve  # type: ignore[import-not-found, unused-ignore]
from hypercorn.config import Config  # type: ignore[import-not-found, unused-ignore]
from joint_parameters import (  # type: ignore[import-not-found, unused-ignore]
    install_joint_parameters,
)
from log_groups import install_log_groups  # type: ignore[import-not-found, unused-ignore]
from ministack import app as engine  # type: ignore[import-not-found, unused-ignore]
from ministack.core.iam_evaluator import AuthError  # type: ignore[import-not-found, unused-ignore]
from move_tasks import install_move_tasks  # type: ignore[import-not-found, unused-ignore]
from xray import install_xray  # type: ignore[import-not-found, unused-ignore]

SSL_SHUTDOWN_SECONDS = 3
# Longer than any request or connection takes to end: when this runs out, hypercorn skips the
# application's own end, in which the data is saved.
GRACEFUL_SECONDS = 100


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


class MiniStack:
    """The engine as the front asks it; it loads a service, with its data, at the first need."""

    def api_of(self, host: str, path: str) -> tuple[str, str] | None:
        """Return the id and the stage of the API that a request is a call of, or None."""
        found = engine._parse_execute_api_url(host, path)
        return found[:2] if found else None

    def region_of(self, api_id: str) -> str | None:
        """Return the region of an API, or None if there is no such API."""
        found = engine._get_module("apigateway_v1").find_api_scope(api_id)
        return found[1] if found else None

    def gateway_answer(self, api_id: str, stage: str, refused: Refused) -> Answer | None:
        """Return the API's own answer, made with its gateway responses, or None without it."""
        gateway = engine._get_module("apigateway_v1")
        # The engine knows how authentication fails, not that it could be too busy for a call.
        kinds = gateway._AUTHENTICATION_GATEWAY_ERRORS
        kinds.setdefault("TooManyRequestsException", ("THROTTLED", "TooManyRequestsException"))
        error = AuthError(refused.code, refused.message)
        return gateway.authentication_error_response(api_id, stage, error, {}, {})

    def service_answer(self, service: str, refused: Refused, headers: dict[str, str]) -> Answer:
        """Return a service's answer, in the service's protocol."""
        error = AuthError(refused.code, refused.message)
        return engine._credential_failure(service, "", str(uuid.uuid4()), error, headers)


def main() -> None:
    """Serve until SIGTERM.

    The arguments are the descriptor of the locked process record and the file of the root's secret.
    """
    descriptor, root_secret = int(sys.argv[1]), Path(sys.argv[2])
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
    install_joint_parameters()
    install_log_groups()
    install_move_tasks()
    install_xray()
    with os.fdopen(descriptor, "r+", encoding="utf-8") as record:
        with asyncio.Runner(loop_factory=PromptlyClosingLoop) as runner:
            runner.run(_serve(config, record, root_secret))
        record.truncate(0)  # An empty record is a clean end: everything was saved.


async def _serve(config: "Config", record: TextIO, root_secret: Path) -> None:
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
    front = Front(engine.app, MiniStack(), root_secret.read_text)
    await serve(front, config, shutdown_trigger=stopping.wait)


if __name__ == "__main__":
    main()
