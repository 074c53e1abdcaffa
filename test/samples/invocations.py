"""Invocations as Lambda describes them to a function."""


class Invocation:
    """Has as many milliseconds left as a test says; they pass only when it says so."""

    def __init__(self, remaining_ms=900_000):
        self.remaining_ms = remaining_ms

    def get_remaining_time_in_millis(self):
        return self.remaining_ms
