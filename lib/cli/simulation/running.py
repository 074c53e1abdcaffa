"""A simulation from its first item to its verdict."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any, Generic, Literal, TypeVar

from lib.cli.simulation.checking import Check, DeviceCounts, StateGrowth
from lib.cli.simulation.fleet import random_events, random_readings, random_states
from lib.cli.simulation.live_rate import Show
from lib.cli.simulation.pacing import Timing, paced
from lib.cli.simulation.plan import Plan
from lib.cli.simulation.sending import send_all
from lib.client import PipelineClient
from lib.client.batching import MAX_READINGS
from lib.client.state_calls import MAX_STATES

_T = TypeVar("_T")

Kind = Literal["readings", "events", "states"]


@dataclass(slots=True)
class Sent:
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
        self, plan: Plan, timing: Timing, stopped: Callable[[], bool], show: Show, sent: Sent
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
            client.send_states,
            StateGrowth(client, plan, timing),
        )
    counts = DeviceCounts(client, plan, timing)
    if kind == "events":
        return Simulation(random_events(plan), MAX_READINGS, client.send_events, counts)
    return Simulation(random_readings(plan), MAX_READINGS, client.ingest_many, counts)
