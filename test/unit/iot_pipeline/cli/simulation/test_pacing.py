"""Items let go at a steady rate."""

from itertools import count

import pytest

from iot_pipeline.cli.simulation.pacing import Timing, paced
from iot_pipeline.cli.simulation.plan import Plan


def never() -> bool:
    return False


def test_groups_are_let_go_when_their_first_is_due(
    plan: Plan, timing: Timing, waits: list[float]
) -> None:
    gone = [(group, sum(waits)) for group in paced(count(), plan, 1_000, timing, never)]
    assert [len(group) for group, _ in gone] == [5, 5, 5, 5]
    assert [seconds for _, seconds in gone] == pytest.approx([0, 0.5, 1, 1.5])
    assert [item for group, _ in gone for item in group] == list(range(20))


def test_the_last_group_is_what_is_left(timing: Timing) -> None:
    plan = Plan(10, 100, 1, 0, 0)
    assert [len(group) for group in paced(count(), plan, 30, timing, never)] == [30, 30, 30, 10]


def test_who_is_late_is_let_catch_up(plan: Plan, timing: Timing, waits: list[float]) -> None:
    groups = paced(count(), plan, 1_000, timing, never)
    next(groups)
    waits.append(1.2)
    assert (len(next(groups)), len(next(groups)), waits) == (5, 5, [1.2])
    next(groups)
    assert waits == pytest.approx([1.2, 0.3])


def test_who_does_not_keep_up_is_stopped_when_the_time_is_up(
    plan: Plan, timing: Timing, waits: list[float]
) -> None:
    groups = paced(count(), plan, 1_000, timing, never)
    next(groups)
    waits.append(2.0)
    assert list(groups) == []


def test_nothing_is_let_go_once_it_is_stopped(
    plan: Plan, timing: Timing, waits: list[float]
) -> None:
    groups = paced(count(), plan, 1_000, timing, lambda: sum(waits) > 0.6)
    assert len(list(groups)) == 2
