"""Random devices."""

from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import replace
from itertools import islice
from typing import Any

import pytest

from iot_pipeline.cli.simulation.fleet import random_events, random_readings, random_states
from iot_pipeline.cli.simulation.plan import Plan

FLEETS: dict[str, Callable[[Plan], Iterator[Any]]] = {
    "readings": random_readings,
    "events": random_events,
    "states": lambda plan: random_states(plan, isolated=False),
}


def contents(kind: str, plan: Plan) -> list[object]:
    """What the fleet sends, but for the time and the run's name."""
    shown = []
    for item in islice(FLEETS[kind](plan), 200):
        content = {**item.as_request(), "timestamp": None, "ts": None}
        device = content.get("device_id")
        shown.append({**content, "device_id": device and device.removeprefix(plan.run)})
    return shown


@pytest.mark.parametrize("kind", FLEETS)
def test_the_same_seed_sends_the_same_at_another_time_and_rate(kind: str, plan: Plan) -> None:
    later = replace(plan, start_ms=plan.start_ms + 86_400_000, rate_per_second=500)
    assert contents(kind, plan) == contents(kind, later)
    assert contents(kind, plan) != contents(kind, replace(plan, seed=8))


@pytest.mark.parametrize("kind", ["readings", "events"])
def test_devices_are_the_runs_own_and_send_in_turn(kind: str, plan: Plan) -> None:
    sent = Counter(item.device_id for item in islice(FLEETS[kind](plan), 30))
    assert sent == {f"sim-7-{plan.start_ms}-{n}": 10 for n in (1, 2, 3)}


def test_states_are_of_types_that_others_send_too_unless_isolated(plan: Plan) -> None:
    shared = list(islice(random_states(plan, isolated=False), 500))
    isolated = list(islice(random_states(plan, isolated=True), 500))
    assert {one.type for one in shared} <= {"laptop", "phone", "server", "tablet", "desktop"}
    assert {"erased", "erasure failed"} < {one.state for one in shared}
    assert [f"{plan.run}-{one.type}" for one in shared] == [one.type for one in isolated]
    assert max(len(one.type) for one in isolated) <= 64
