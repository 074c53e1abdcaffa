"""The embedded engine's life: start, health, stop; state survives a clean stop only."""

import http.client
import os
import shutil
import signal
import socket
import ssl
import subprocess
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

from lib.local.engine_installation import engine_interpreter
from lib.local.errors import LocalPipelineError
from lib.local.layout import Layout
from lib.local.process_record import (
    End,
    EngineProcess,
    is_alive,
    last_end,
    living_process,
    lock_record,
    write_record,
)
from lib.local.root_key import ensure_root_secret
from lib.local.saved_queues import move_saved_queues

HOST = "127.0.0.1"
PORT_SETTING = "PIPELINE_ENGINE_PORT"
_TRACE_DAEMON = "AWS_XRAY_DAEMON_ADDRESS"
_HEALTH_PATH = "/_ministack/health"
_START_LIMIT_SECONDS = 60.0
_STOP_LIMIT_SECONDS = 120.0
_POLL_SECONDS = 0.05
_LOG_LIMIT_BYTES = 20_000_000


@dataclass(frozen=True)
class Engine:
    """The engine of one directory, on one port of the loopback interface."""

    layout: Layout
    port: int
    region: str

    @property
    def endpoint(self) -> str:
        """The URL that every AWS call goes to."""
        return f"https://{HOST}:{self.port}"

    def process(self) -> EngineProcess | None:
        """Return the living process of this directory's engine, on whatever port."""
        return living_process(self.layout.process_record)

    def last_end(self) -> End:
        """Return how the last process ended; asked only while none is alive."""
        return last_end(self.layout.process_record)

    def is_healthy(self) -> bool:
        """Tell whether the engine answers on its port."""
        return self.status_of(_HEALTH_PATH) == http.client.OK

    def status_of(self, path: str) -> int | None:
        """Return the HTTP status of an unsigned GET, or None if nobody answers."""
        trust = ssl.create_default_context(cafile=str(self.layout.certificate))
        connection = http.client.HTTPSConnection(HOST, self.port, timeout=10, context=trust)
        try:
            connection.request("GET", path)
            return connection.getresponse().status
        except (OSError, http.client.HTTPException):
            return None
        finally:
            connection.close()

    def start(self) -> None:
        """Start the process and wait until it answers.

        Raises LocalPipelineError if the port is taken or the engine does not come up.
        """
        _require_free_port(self.port)
        # The functions' unpacked code stays behind at every stop.
        shutil.rmtree(self.layout.engine_scratch, ignore_errors=True)
        for directory in (
            self.layout.engine_state,
            self.layout.engine_objects,
            self.layout.engine_scratch,
        ):
            directory.mkdir(parents=True, exist_ok=True)
        move_saved_queues(self.layout.engine_state, self.port)
        ensure_root_secret(self.layout.root_secret)
        _rotate(self.layout.engine_log)
        descriptor = lock_record(self.layout.process_record)
        try:
            with self.layout.engine_log.open("ab") as log:
                process = subprocess.Popen(
                    self._command(descriptor),
                    cwd=self.layout.engine_scratch,
                    env=engine_environment(self.layout, self.port, self.region, os.environ),
                    stdin=subprocess.DEVNULL,
                    stdout=log,
                    stderr=subprocess.STDOUT,
                    pass_fds=(descriptor,),
                    start_new_session=True,  # Ctrl-C in the terminal must not end the engine.
                )
            write_record(self.layout.process_record, EngineProcess(process.pid, self.port))
        finally:
            os.close(descriptor)
        _wait(lambda: process.poll() is not None or self.is_healthy(), _START_LIMIT_SECONDS)
        if process.poll() is not None:
            write_record(self.layout.process_record, None)
            raise LocalPipelineError(f"The engine did not start; see {self.layout.engine_log}.")
        if not self.is_healthy():
            raise LocalPipelineError(
                f"The engine does not answer at {self.endpoint}; see {self.layout.engine_log}."
            )

    def stop(self) -> bool:
        """Stop the process so that it saves its state; returns False if none was alive.

        Raises LocalPipelineError if it does not end in time; it is never killed, since that
        would lose everything that it holds.
        """
        if (process := self.process()) is None:
            return False
        os.kill(process.pid, signal.SIGTERM)
        if not _wait(lambda: not is_alive(self.layout.process_record), _STOP_LIMIT_SECONDS):
            raise LocalPipelineError(
                f"The engine (process {process.pid}) is still saving its state; try again later."
            )
        return True

    def discard_state(self) -> None:
        """Forget everything that the stopped engine saved."""
        shutil.rmtree(self.layout.engine_state, ignore_errors=True)
        shutil.rmtree(self.layout.engine_objects, ignore_errors=True)
        self.layout.process_record.unlink(missing_ok=True)

    def _command(self, descriptor: int) -> tuple[str, ...]:
        program = Path(__file__).with_name("engine_process")
        return (
            *(str(engine_interpreter(self.layout)), "-I", "-u", str(program)),
            *(str(descriptor), str(self.layout.root_secret)),
        )


def engine_environment(
    layout: Layout, port: int, region: str, outer: Mapping[str, str]
) -> dict[str, str]:
    """Return the whole environment of the engine, and so of every function that it runs.

    Next to nothing is inherited: what stands here is visible to the functions, and settings of
    the developer's shell must neither help nor disturb them.
    """
    trust = str(layout.trust_bundle)
    return {
        "PATH": outer.get("PATH", os.defpath),
        "LANG": "C.UTF-8",
        "HOME": str(layout.engine_scratch),
        "TMPDIR": str(layout.engine_scratch),
        "BIND_HOST": HOST,
        "GATEWAY_PORT": str(port),
        "MINISTACK_REGION": region,
        "AUTH": "true",
        "IOT_MTLS_ENABLED": "0",
        "SFTP_ENABLED": "0",
        "PERSIST_STATE": "1",
        "STATE_DIR": str(layout.engine_state),
        "S3_PERSIST": "1",
        "S3_DATA_DIR": str(layout.engine_objects),
        "USE_SSL": "1",
        "MINISTACK_SSL_CERT": str(layout.certificate),
        "MINISTACK_SSL_KEY": str(layout.private_key),
        # Named here because the engine's own search for roots fails with some interpreters.
        "AWS_CA_BUNDLE": trust,
        "REQUESTS_CA_BUNDLE": trust,
        "SSL_CERT_FILE": trust,
        # AWS gives functions this address itself; whoever listens here for traces names it.
        **{name: outer[name] for name in (_TRACE_DAEMON,) if name in outer},
    }


def _require_free_port(port: int) -> None:
    advice = f"set {PORT_SETTING} to a free port"
    with socket.socket(socket.AF_INET, socket.SOCK_STREAM) as probe:
        if probe.connect_ex((HOST, port)) == 0:
            raise LocalPipelineError(f"Port {port} is taken by another program: {advice}.")
    with socket.socket(socket.AF_INET, socket.SOCK_STREAM) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((HOST, port))
        except OSError as refusal:
            raise LocalPipelineError(
                f"Port {port} cannot be used ({refusal.strerror}): {advice}."
            ) from refusal


def _rotate(log: Path) -> None:
    if log.exists() and log.stat().st_size > _LOG_LIMIT_BYTES:
        log.replace(log.with_name("engine.log.1"))


def _wait(condition: Callable[[], bool], limit_seconds: float) -> bool:
    deadline = time.monotonic() + limit_seconds
    while not condition():
        if time.monotonic() > deadline:
            return False
        time.sleep(_POLL_SECONDS)
    return True
