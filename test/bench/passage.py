"""Readings on their way through ingest and process: the processor's time, calls, and units."""

import gc
import io
import time
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from contextlib import redirect_stdout
from dataclasses import dataclass, field
from typing import Any, Protocol

from bench.invocations import lambda_usage, polling_usage
from bench.transport import CannedAws
from samples.lambda_events import queue_batch

from lib.cost import Usage, prices, scaled, total

# QueueConsumer's: what Lambda hands over at once where messages are waiting.
BUSY = 10
# One message came alone.
QUIET = 1


class Way(Protocol):
    """One way to build the pipeline."""

    name: str
    queue: str

    def ingest(self, event: Mapping[str, Any]) -> Any:
        """Answer one call of the API."""

    def process(self, event: Mapping[str, Any]) -> Any:
        """Work off one batch of the queue."""


@dataclass
class Stage:
    """What the invocations of one function took; `usage` is everything that AWS bills for them.

    stored_bytes: what the items that were put take in their tables.
    """

    invocations: int
    cpu_seconds: float
    calls: Counter[str]
    usage: Usage
    stored_bytes: int


@dataclass
class Passage:
    """What it took to bring readings from the API to the processed table, stage by stage."""

    readings: int
    stages: dict[str, Stage] = field(default_factory=dict)

    @property
    def cpu_seconds(self) -> float:
        """The processor's time of ingest and process."""
        return sum(self.stages[name].cpu_seconds for name in ("ingest", "process"))

    def per_million(self, *names: str) -> Usage:
        """What of these stages is billed for a million readings."""
        used = total(*(self.stages[name].usage for name in names))
        return scaled(used, 1_000_000 / self.readings)


def passed(
    way: Way, aws: CannedAws, requests: Sequence[Mapping[str, Any]], readings: int, at_once: int
) -> Passage:
    """Bring requests through a way; raises RuntimeError when one is not accepted and processed."""
    passage = Passage(readings)
    stage, answers = invoked(way.ingest, aws, requests)
    if any(answer["statusCode"] != 200 for answer in answers):
        raise RuntimeError(f"{way.name} did not accept every request.")
    stage.usage = total(stage.usage, {prices.API_REQUEST: len(requests)})
    passage.stages["ingest"] = stage
    passage.stages["process"] = _worked_off(way.process, aws, way.queue, at_once)
    return passage


def evaluated(way: Any, aws: CannedAws, at_once: int) -> Stage:
    """Work off what processing has handed on to evaluation, where no rule watches."""
    return _worked_off(way.evaluate, aws, way.evaluation_queue, at_once)


def _worked_off(
    handle: Callable[[Mapping[str, Any]], Any], aws: CannedAws, queue: str, at_once: int
) -> Stage:
    bodies = aws.sent[queue]
    batches = [bodies[start : start + at_once] for start in range(0, len(bodies), at_once)]
    stage, answers = invoked(handle, aws, [queue_batch(*batch) for batch in batches])
    if any(answer["batchItemFailures"] for answer in answers):
        raise RuntimeError("Not every message was worked off.")
    stage.usage = total(stage.usage, polling_usage(batches))
    return stage


def invoked(
    handle: Callable[[Mapping[str, Any]], Any],
    aws: CannedAws,
    events: Sequence[Mapping[str, Any]],
) -> tuple[Stage, list[Any]]:
    """Invoke a function with events; what that took, and its answers."""
    aws.forget()
    log = io.StringIO()
    gc.collect()
    with redirect_stdout(log):
        begun = time.process_time()
        answers = [handle(event) for event in events]
        cpu_seconds = time.process_time() - begun - aws.spent
    calls = Counter(aws.calls)
    billed = lambda_usage(len(events), cpu_seconds, calls.total(), len(log.getvalue()))
    usage = total(billed, aws.usage)
    stored = sum(aws.put) + len(aws.put) * prices.ITEM_OVERHEAD_BYTES
    return Stage(len(events), cpu_seconds, calls, usage, stored), answers
