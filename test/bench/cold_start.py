"""What a container's first invocation takes: import and first call, out of the real packages.

Each way runs in an interpreter of its own which finds the unpacked layer and zip and the standard
library; nothing is written beside them, as nothing can be in Lambda. It is compared with `boto3`
and one client of DynamoDB, made and not used, out of the wheels as the index has them.
"""

import hashlib
import json
import subprocess
import sys
import tempfile
import threading
import zipfile
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from statistics import median
from typing import Any

from bench.bodies import Source
from bench.ours import PARAMETERS, environment_of
from bench.transport import CannedAws
from samples.api_calls import api_call
from samples.lambda_events import captured, queue_batch

from lib.packaging import Packages, build_all, function_modules
from lib.packaging.wheels import download_wheels
from lib.settings import PROJECT_ROOT

FUNCTIONS = ("telemetry.ingest", "telemetry.process", "telemetry.query")
BOTO3 = "boto3"
_CHILD = Path(__file__).with_name("cold_start_child.py")
_SOURCES = PROJECT_ROOT / "lambda"
_PYTHON_VERSION = "3.11"


@dataclass(frozen=True)
class ColdStarts:
    """By function, and `boto3`: seconds of the processor, memory at most, bytes of zips.

    ratios: each function's time as a multiple of that of `boto3`, the median over the rounds.
    """

    cpu_seconds: Mapping[str, float]
    ratios: Mapping[str, float]
    peak_bytes: Mapping[str, int]
    zipped_bytes: Mapping[str, int]
    unzipped_bytes: Mapping[str, int]


@dataclass(frozen=True)
class _Start:
    """What a fresh interpreter is to do."""

    path: Sequence[Path]
    handler: str = ""
    event: Any = None
    environment: Mapping[str, str] | None = None


def measure(source: Source, rounds: int) -> ColdStarts:
    """Start every way in turn, round by round; the first round, which fills caches, is not counted.

    Builds the packages, and fetches the layer's wheels, from pip's index or its cache.
    """
    packages = build_all(_SOURCES, function_modules(_SOURCES), PROJECT_ROOT / "build")
    seconds: dict[str, list[float]] = {name: [] for name in (BOTO3, *FUNCTIONS)}
    peaks: dict[str, int] = {}
    with tempfile.TemporaryDirectory() as directory, _answering() as endpoint:
        starts = _starts(packages, source, Path(directory))
        for number in range(1 + rounds):
            for name, start in starts.items():
                told = _started(start, endpoint)
                if number:
                    seconds[name].append(told["cpu_seconds"])
                    peaks[name] = max(told["peak_bytes"], peaks.get(name, 0))
    return ColdStarts(
        {name: median(spent) for name, spent in seconds.items()},
        {
            name: median(
                one / other for one, other in zip(seconds[name], seconds[BOTO3], strict=True)
            )
            for name in FUNCTIONS
        },
        peaks,
        {name: path.stat().st_size for name, path in _archives(packages).items()},
        {name: _unzipped_bytes(path) for name, path in _archives(packages).items()},
    )


def _starts(packages: Packages, source: Source, directory: Path) -> dict[str, _Start]:
    whole = _whole(_SOURCES / "requirements.txt")
    for name, path in _archives(packages).items():
        _unzip(path, directory / name)
    events = _events(source)
    functions = {
        name: _Start(
            (directory / name, directory / "layer" / "python"),
            packages.functions[name].handler,
            events[name],
            environment_of(name),
        )
        for name in FUNCTIONS
    }
    return {BOTO3: _Start((whole,)), **functions}


def _whole(requirements: Path) -> Path:
    """The wheels as the index has them, unpacked; fetched once."""
    digest = hashlib.sha256(requirements.read_bytes()).hexdigest()[:16]
    whole = PROJECT_ROOT / "build" / f"whole-{digest}"
    if not whole.is_dir():
        with tempfile.TemporaryDirectory(dir=whole.parent) as directory:
            unpacked = Path(directory) / "unpacked"
            for wheel in download_wheels(requirements, Path(directory), _PYTHON_VERSION):
                _unzip(wheel, unpacked)
            unpacked.rename(whole)
    return whole


def _events(source: Source) -> dict[str, Any]:
    """What each function is first called with: one reading, its message, a query of its device."""
    (call,) = source.requests(1, 1, 1)
    reading = {"timestamp": 1, "sensor_data": source.rows[0][1]}
    message = {
        "v": 1,
        "request_id": "r",
        "received_at": 1,
        "replay": False,
        "segments": [{"device_id": "device-1", "readings": [reading]}],
    }
    asked = {"device_id": "device-1", "event_date": "2025-11-21"}
    headers = captured("api_call")["headers"]
    return {
        "telemetry.ingest": call,
        "telemetry.process": queue_batch(json.dumps(message)),
        "telemetry.query": api_call("GET /query", query=asked, headers=headers),
    }


def _started(start: _Start, endpoint: str) -> Any:
    """What a start took; raises RuntimeError when it did not succeed."""
    environment = {
        "AWS_ACCESS_KEY_ID": "AKIAIOSFODNN7EXAMPLE",
        "AWS_SECRET_ACCESS_KEY": "secret",
        "AWS_REGION": "us-east-1",
        "AWS_DEFAULT_REGION": "us-east-1",
        "AWS_ENDPOINT_URL": endpoint,
        **(start.environment or {}),
    }
    asked = {
        "path": [str(one) for one in start.path],
        "handler": start.handler,
        "event": start.event,
        "environment": environment,
    }
    done = subprocess.run(
        [sys.executable, "-I", "-S", "-B", str(_CHILD)],
        input=json.dumps(asked),
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )
    if done.returncode:
        raise RuntimeError(f"{start.handler or BOTO3} did not start: {done.stderr}")
    told = json.loads(done.stdout.splitlines()[-1])
    answer = told["answer"] or {}
    if answer.get("statusCode", 200) != 200 or answer.get("batchItemFailures"):
        raise RuntimeError(f"{start.handler} did not do its work: {done.stdout}")
    return told


@contextmanager
def _answering() -> Iterator[str]:
    """An endpoint on this machine at which everything is answered as by an empty AWS."""
    aws = CannedAws(PARAMETERS)

    class Answering(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            headers, content = aws.answer(self.headers.get("X-Amz-Target", ""), body)
            self.send_response(200)
            for name, value in headers.items():
                self.send_header(name, value)
            self.send_header("Content-Length", str(len(content)))
            self.end_headers()
            self.wfile.write(content)

        def log_message(self, *_: Any) -> None:
            """Say nothing."""

    with ThreadingHTTPServer(("127.0.0.1", 0), Answering) as server:
        server.daemon_threads = True
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        try:
            yield f"http://127.0.0.1:{server.server_port}"
        finally:
            server.shutdown()
            thread.join()


def _archives(packages: Packages) -> dict[str, Path]:
    zips = {name: packages.functions[name].path for name in FUNCTIONS}
    return {"layer": packages.layer.path, **zips}


def _unzip(archive: Path, directory: Path) -> None:
    with zipfile.ZipFile(archive) as opened:
        opened.extractall(directory)


def _unzipped_bytes(archive: Path) -> int:
    with zipfile.ZipFile(archive) as opened:
        return sum(info.file_size for info in opened.infolist())
