"""Items let go at a steady rate."""

import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import islice
from typing import TypeVar

from iot_pipeline.cli.simulation.plan import Plan
from iot_pipeline.moments import now_ms

_T = TypeVar("_T")


@dataclass(frozen=True)
class Timing:
    """The clocks, and how to wait; tests bring their own."""

    now_ms: Callable[[], int] = now_ms
    monotonic_seconds: Callable[[], float] = time.monotonic
    wait: Callable[[float], None] = time.sleep


def paced(
    items: Iterator[_T], plan: Plan, most: int, timing: Timing, stopped: Callable[[], bool]
) -> Iterator[tuple[_T, ...]]:
    """The items in groups of at most `most`, each when its first is due.

    Ends with the plan, when `stopped` says so, or when the time is up because whoever takes the
    groups did not keep up.
    """
    started = timing.monotonic_seconds()
    size = plan.group_size(most)
    for first in range(0, plan.total, size):
        if stopped():
            return
        elapsed = timing.monotonic_seconds() - started
        if elapsed >= plan.duration_seconds:
            return
        ahead_seconds = first / plan.rate_per_second - elapsed
        if ahead_seconds > 0:
            timing.wait(ahead_seconds)
        if stopped():
            return
        yield tuple(islice(items, min(size, plan.total - first)))
