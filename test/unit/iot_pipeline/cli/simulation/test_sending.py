"""Groups sent a few at a time."""

import signal
import threading

import pytest

from iot_pipeline import Unavailable
from iot_pipeline.cli.simulation.sending import CONCURRENCY, send_all, stopping_on_interrupt

Group = tuple[int, ...]


def test_every_group_is_sent_and_counted_once() -> None:
    groups = [(n, n) for n in range(50)]
    sent: list[Group] = []
    accepted: list[Group] = []
    send_all(groups, sent.append, accepted.append)
    assert sorted(sent) == sorted(accepted) == groups


def test_no_more_are_under_way_than_the_limit() -> None:
    lock = threading.Lock()
    # With fewer at a time the barrier would break; with more the count would pass the limit.
    full = threading.Barrier(CONCURRENCY, timeout=10)
    running = most = 0

    def send(_group: Group) -> None:
        nonlocal running, most
        with lock:
            running += 1
            most = max(most, running)
        full.wait()
        with lock:
            running -= 1

    send_all([(n,) for n in range(CONCURRENCY * 3)], send, lambda _group: None)
    assert most <= CONCURRENCY


def test_a_failure_ends_it_after_what_is_under_way_and_counts_only_what_was_accepted() -> None:
    accepted: list[Group] = []
    failed = threading.Event()

    def send(group: Group) -> None:
        if group == (3,):
            failed.set()
            raise Unavailable("no")
        if group > (3,):
            failed.wait(10)

    with pytest.raises(Unavailable):
        send_all([(n,) for n in range(1_000)], send, accepted.append)
    assert (3,) not in accepted
    assert {(0,), (1,), (2,)} <= set(accepted)
    assert len(accepted) < 1_000


def test_the_first_interrupt_asks_and_the_second_breaks_in() -> None:
    with stopping_on_interrupt() as stopped:
        signal.raise_signal(signal.SIGINT)
        assert stopped.wait(10)
        with pytest.raises(KeyboardInterrupt):
            signal.raise_signal(signal.SIGINT)


def test_afterwards_interrupts_are_as_before() -> None:
    before = signal.getsignal(signal.SIGINT)
    with stopping_on_interrupt():
        assert signal.getsignal(signal.SIGINT) is not before
    assert signal.getsignal(signal.SIGINT) is before
