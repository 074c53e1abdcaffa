"""Waits between attempts."""

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from iot_pipeline.retrying import RetryPolicy, retry_after_seconds

NOW = datetime(2026, 1, 1, tzinfo=UTC)


@given(attempt=st.integers(1, 10_000), luck=st.floats(0, 1, exclude_max=True))
def test_a_wait_is_never_longer_than_its_bound(attempt: int, luck: float) -> None:
    policy = RetryPolicy(max_attempts=20_000, max_wait_seconds=10, random=lambda: luck)
    wait_seconds = policy.wait_seconds(attempt, None)
    assert wait_seconds is not None
    assert 0 <= wait_seconds < 10


def test_waits_double_until_the_bound() -> None:
    policy = RetryPolicy(base_seconds=1, max_wait_seconds=5, random=lambda: 1.0)
    assert [policy.wait_seconds(attempt, None) for attempt in (1, 2, 3, 4)] == [1, 2, 4, 5]


def test_a_wait_is_never_shorter_than_the_server_asks_for() -> None:
    policy = RetryPolicy(base_seconds=1, random=lambda: 0.5)
    assert policy.wait_seconds(1, 7.0) == 7.5


def test_a_wait_that_the_server_wants_too_long_is_not_waited() -> None:
    assert RetryPolicy(max_retry_after_seconds=60).wait_seconds(1, 61.0) is None


def test_the_last_attempt_is_followed_by_no_wait() -> None:
    assert RetryPolicy(max_attempts=3).wait_seconds(3, None) is None


@pytest.mark.parametrize(
    ("header", "seconds"),
    [
        (None, None),
        ("3", 3.0),
        (" 0 ", 0.0),
        ("Thu, 01 Jan 2026 00:00:09 GMT", 9.0),
        ("Thu, 01 Jan 2026 00:00:09 -0000", 9.0),
        ("Wed, 31 Dec 2025 00:00:00 GMT", 0.0),
        ("soon", None),
        ("-1", None),
        ("1.5", None),
    ],
)
def test_retry_after_is_seconds_or_a_date(header: str | None, seconds: float | None) -> None:
    assert retry_after_seconds(header, lambda: NOW) == seconds
