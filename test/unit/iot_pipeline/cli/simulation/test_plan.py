"""What a simulation is to send."""

from itertools import islice

import pytest
from hypothesis import given
from hypothesis import strategies as st

from iot_pipeline.cli.simulation.plan import Plan

MIDNIGHT_MS = 1_686_960_000_000


@given(
    devices=st.integers(1, 50),
    rate=st.integers(1, 10_000),
    duration=st.integers(1, 3),
)
def test_no_device_sends_twice_in_a_millisecond_nor_outside_the_plan(
    devices: int, rate: int, duration: int
) -> None:
    rate = min(rate, devices * 1_000)
    plan = Plan(devices, rate, duration, 0, MIDNIGHT_MS)
    moments = list(islice(plan.moments_ms(), plan.total))
    assert len({(n % devices, moment) for n, moment in enumerate(moments)}) == plan.total
    assert moments == sorted(moments)
    assert plan.start_ms == moments[0] <= moments[-1] < plan.end_ms


def test_more_than_once_a_millisecond_is_refused() -> None:
    with pytest.raises(ValueError, match="too many for so few devices"):
        Plan(2, 2_001, 1, 0, 0)


@pytest.mark.parametrize(("rate", "size"), [(1, 1), (3, 1), (100, 50), (10_000, 1_000)])
def test_there_are_two_requests_a_second_if_they_hold_it(rate: int, size: int) -> None:
    assert Plan(10, rate, 1, 0, 0).group_size(1_000) == size


@pytest.mark.parametrize(
    ("start_ms", "days"),
    [
        (MIDNIGHT_MS, ["2023-06-17"]),
        (MIDNIGHT_MS - 1_000, ["2023-06-16"]),
        (MIDNIGHT_MS - 999, ["2023-06-16", "2023-06-17"]),
    ],
)
def test_a_run_lies_on_the_days_of_its_items(start_ms: int, days: list[str]) -> None:
    assert Plan(1, 1_000, 1, 0, start_ms).days() == days
