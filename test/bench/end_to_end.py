"""How long readings and alerts take through the deployed stack, on the local engine.

Functions, engine and this program share a machine: what it says is of use beside an earlier run
on the same machine, and is too high rather than too low.
"""

import os
import tempfile
import threading
import time
import uuid
from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from statistics import median, quantiles

from bench.alert_latency import alert_seconds
from bench.bodies import Source
from samples.ports import free_port

from iot_pipeline import PipelineClient
from iot_pipeline.readings import Reading
from lib.local import LocalPipeline, LocalSettings

_SUFFIX = "bench"
_PER_SECOND = 5
_SINGLES = 100
_STREAMED, _STREAMING_DEVICES = 20_000, 20
_DAY, _EVERY_MS = 8_640, 10_000
_CONNECTIONS = 4
_POLL_SECONDS = 0.02
_MOST_SECONDS = 60
_DAY_MS = 86_400_000


@dataclass(frozen=True)
class EndToEnd:
    """Seconds from accepted to queryable and from accepted to alert; readings a second.

    day_seconds: how long it takes to get a day of 8,640 readings.
    """

    queryable: Mapping[str, float]
    alert: Mapping[str, float]
    readings_a_second: float
    day_seconds: float


def measure(source: Source) -> EndToEnd:
    """Bring the stack up in a directory that is thrown away, measure, and take it down."""
    with _deployed() as client:
        run = uuid.uuid4().hex[:12]
        # The first of all waits for containers to start, which is another matter.
        warm = Reading(f"warm-{run}", source.rows[0][1])
        client.readings.send(warm)
        at = warm.timestamp_ms
        _wait_until(lambda: any(client.readings.query(warm.device_id, start=at, end=at + 1)))
        return EndToEnd(
            percentiles(_queryable_seconds(client, f"single-{run}", source)),
            percentiles(alert_seconds(client)),
            _sustained(client, run, source),
            _day_seconds(client, f"day-{run}", source),
        )


def percentiles(took: list[float]) -> dict[str, float]:
    """The median and the 99th percentile."""
    cuts = quantiles(took, n=100, method="inclusive")
    return {"p50": cuts[49], "p99": cuts[98]}


@contextmanager
def _deployed() -> Iterator[PipelineClient]:
    own = {name: value for name, value in os.environ.items() if not name.startswith("AWS_")}
    own["ENVIRONMENT_SUFFIX"] = _SUFFIX
    with tempfile.TemporaryDirectory() as made:
        # Kept where the end-to-end tests keep theirs, the engine need not be installed again.
        directory = Path(own.get("PIPELINE_TEST_DIRECTORY") or made)
        settings = LocalSettings(directory, free_port(), "us-east-1", _SUFFIX)
        pipeline = LocalPipeline(settings, own)
        before = dict(os.environ)
        try:
            deployment = pipeline.up()
            os.environ.clear()
            os.environ.update(deployment.environment_within(own))
            with PipelineClient.from_environment("operator") as client:
                yield client
        finally:
            os.environ.clear()
            os.environ.update(before)
            pipeline.down()


def _queryable_seconds(client: PipelineClient, device: str, source: Source) -> list[float]:
    """From each answer to when a query shows the reading; five are sent a second."""
    accepted: dict[int, float] = {}
    seen: dict[int, float] = {}
    stop = threading.Event()

    def poll() -> None:
        while not stop.wait(_POLL_SECONDS):
            start = min((at for at in list(accepted) if at not in seen), default=None)
            if start is None:
                continue
            found = list(client.readings.query(device, start=start, end=start + 600_000))
            now = time.monotonic()
            for item in found:
                seen.setdefault(int(item["timestamp"]), now)

    poller = threading.Thread(target=poll)
    poller.start()
    try:
        begun = time.monotonic()
        for n in range(_SINGLES):
            time.sleep(max(0.0, begun + n / _PER_SECOND - time.monotonic()))
            reading = Reading(device, source.rows[n][1])
            client.readings.send(reading)
            accepted[reading.timestamp_ms] = time.monotonic()
        _wait_until(lambda: accepted.keys() <= seen.keys())
    finally:
        stop.set()
        poller.join()
    return [seen[at] - accepted[at] for at in accepted]


def _sustained(client: PipelineClient, run: str, source: Source) -> float:
    """Readings a second from the first that is sent to the last that can be queried."""
    started_ms, begun = time.time_ns() // 1_000_000, time.monotonic()
    each = _STREAMED // _STREAMING_DEVICES
    devices = [f"stream-{run}-{n}" for n in range(_STREAMING_DEVICES)]
    start = started_ms - each * 1_000
    client.readings.send_stream(
        Reading(device, source.rows[n % len(source.rows)][1], start + n * 1_000)
        for n in range(each)
        for device in devices
    )
    with ThreadPoolExecutor(_CONNECTIONS) as pool:

        def complete(device: str) -> None:
            newest = start + (each - 1) * 1_000
            _wait_until(lambda: any(client.readings.query(device, start=newest, end=newest + 1)))

        list(pool.map(complete, devices))
    return _STREAMED / (time.monotonic() - begun)


def _day_seconds(client: PipelineClient, device: str, source: Source) -> float:
    """How long it takes to get a day of readings, the median of three times."""
    midnight = time.time_ns() // 1_000_000 // _DAY_MS * _DAY_MS - _DAY_MS
    client.readings.send_stream(
        Reading(device, source.rows[n][1], midnight + n * _EVERY_MS) for n in range(_DAY)
    )

    def found() -> int:
        end = midnight + _DAY_MS
        return sum(1 for _ in client.readings.query(device, start=midnight, end=end))

    _wait_until(lambda: found() == _DAY)
    took = []
    for _ in range(3):
        begun = time.monotonic()
        if found() != _DAY:
            raise RuntimeError("The day lost readings.")
        took.append(time.monotonic() - begun)
    return median(took)


def _wait_until(done: Callable[[], bool]) -> None:
    deadline = time.monotonic() + _MOST_SECONDS
    while not done():
        if time.monotonic() > deadline:
            raise RuntimeError(f"It was not done within {_MOST_SECONDS} s.")
        time.sleep(_POLL_SECONDS)
