"""A simulation from its first item to its verdict."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any, Generic, Literal, TypeVar

from iot_pipeline import PipelineClient
from iot_pipeline.cli.simulation.checking import Check, DeviceCounts, StateGrowth
from iot_pipeline.cli.simulation.fleet import random_events, random_readings, random_states
from iot_pipeline.cli.simulation.live_rate import Show
from iot_pipeline.cli.simulation.pacing import Timing, paced
from iot_pipeline.cli.simulation.plan import Plan
from iot_pipeline.cli.simulation.sending import send_all
from iot_pipeline.readings.batching import MAX_READINGS
from iot_pipeline.states.calls import MAX_STATES

_T = TypeVar("_T")

Kind = Literal["readings", "events", "states"]


@dataclass(slots=True)
class Tally:
    """How much was accepted so far, and in how many requests."""

    items: int = 0
    requests: int = 0


@dataclass(frozen=True)
class Simulation(Generic[_T]):
    """What is sent, how, and how it is checked."""

    items: Iterator[_T]
    most_in_a_request: int
    send: Callable[[tuple[_T, ...]], object]
    check: Check[_T]

    def run(
        self, plan: Plan, timing: Timing, stopped: Callable[[], bool], show: Show, sent: Tally
    ) -> None:
        """Send to the end of the plan, keeping count in `sent`; raises PipelineError."""

        def accepted(group: tuple[_T, ...]) -> None:
            self.check.note(group)
            sent.items += len(group)
            sent.requests += 1
            show(sent.items)

        groups = paced(self.items, plan, self.most_in_a_request, timing, stopped)
        send_all(groups, self.send, accepted)


def simulation_of(
    kind: Kind, client: PipelineClient, plan: Plan, timing: Timing, *, isolated: bool
) -> Simulation[Any]:
    """The simulation of a kind of item; `isolated` states are of types of the run's own."""
    if kind == "states":
        return Simulation(
            random_states(plan, isolated=isolated),
            MAX_STATES,
            client.states.send_batch,
            StateGrowth(client, plan, timing),
        )
    counts = DeviceCounts(client, plan, timing)
    if kind == "events":
        return Simulation(random_events(plan), MAX_READINGS, client.events.send_batch, counts)
    return Simulation(random_readings(plan), MAX_READINGS, client.readings.send_batch, counts)
