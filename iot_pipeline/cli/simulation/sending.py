"""Groups sent a few at a time, each counted once it is accepted."""

import signal
import threading
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from contextlib import contextmanager
from types import FrameType
from typing import TypeVar

from iot_pipeline import PipelineError

_T = TypeVar("_T")

CONCURRENCY = 8


def send_all(
    groups: Iterable[tuple[_T, ...]],
    send: Callable[[tuple[_T, ...]], object],
    accepted: Callable[[tuple[_T, ...]], None],
) -> None:
    """Send every group; `accepted` is called in this thread, in the order of the answers.

    The first PipelineError ends it, and is raised once what is under way is answered.
    """
    under_way: dict[Future[object], tuple[_T, ...]] = {}
    failure: PipelineError | None = None

    def settle(timeout_seconds: float | None) -> None:
        nonlocal failure
        done, _ = wait(under_way, timeout_seconds, return_when=FIRST_COMPLETED)
        for future in done:
            group = under_way.pop(future)
            try:
                future.result()
            except PipelineError as error:
                failure = failure or error
            else:
                accepted(group)

    with ThreadPoolExecutor(CONCURRENCY, thread_name_prefix="simulate") as executor:
        for group in groups:
            under_way[executor.submit(send, group)] = group
            settle(0 if len(under_way) < CONCURRENCY else None)
            if failure is not None:
                break
        while under_way:
            settle(None)
    if failure is not None:
        raise failure


@contextmanager
def stopping_on_interrupt() -> Iterator[threading.Event]:
    """An event that Ctrl-C sets instead of breaking in; the second Ctrl-C is as ever."""
    stopped = threading.Event()

    def stop(_number: int, _frame: FrameType | None) -> None:
        stopped.set()
        signal.signal(signal.SIGINT, before)

    before = signal.signal(signal.SIGINT, stop)
    try:
        yield stopped
    finally:
        signal.signal(signal.SIGINT, before)
