"""A simulation from its first item to its verdict."""

import pytest

from iot_pipeline.cli.simulation.pacing import Timing
from iot_pipeline.cli.simulation.plan import Plan
from iot_pipeline.cli.simulation.running import Kind, Tally, simulation_of
from iot_pipeline.testing import InMemoryPipeline, in_memory_client


@pytest.mark.parametrize("kind", ["readings", "events", "states"])
def test_everything_is_sent_in_groups_noted_and_found(
    kind: Kind, plan: Plan, timing: Timing
) -> None:
    pipeline = InMemoryPipeline()
    simulation = simulation_of(kind, in_memory_client(pipeline), plan, timing, isolated=False)
    sent, shown = Tally(), list[int]()
    simulation.run(plan, timing, lambda: False, shown.append, sent)
    verdict = simulation.check.verdict()
    assert (sent.items, sent.requests) == (20, 4)
    assert shown == [5, 10, 15, 20]
    assert sum(verdict.expected.values()) == 20
    assert verdict.wrong == []
