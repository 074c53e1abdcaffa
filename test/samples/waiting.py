"""Waiting for what happens in the background: until it holds, or a limit is passed."""

import time


def wait_until(condition, *, seconds=30, every_seconds=0.1):
    """The condition's first true value; fails the test with its last value after the limit."""
    deadline = time.monotonic() + seconds
    while True:
        value = condition()
        if value:
            return value
        assert time.monotonic() < deadline, f"still {value!r} after {seconds} s"
        time.sleep(every_seconds)
