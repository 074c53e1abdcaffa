"""What was sent held against what the API counts."""

from iot_pipeline.cli.simulation.checking import (
    ARRIVAL_LIMIT_SECONDS,
    POLL_SECONDS,
    DeviceCounts,
    StateGrowth,
)
from iot_pipeline.cli.simulation.pacing import Timing
from iot_pipeline.cli.simulation.plan import Plan
from iot_pipeline.events import Event
from iot_pipeline.readings import Reading
from iot_pipeline.states import DeviceState
from iot_pipeline.testing import InMemoryPipeline, Response, in_memory_client


def readings(plan: Plan) -> list[Reading]:
    return [Reading(f"{plan.run}-{n % 2}", {"n": n}, plan.start_ms + n) for n in range(10)]


def states(plan: Plan, count: int) -> list[DeviceState]:
    return [DeviceState("laptop", "erased", plan.start_ms + n) for n in range(count)]


def test_every_devices_count_is_compared(plan: Plan, timing: Timing) -> None:
    client = in_memory_client(InMemoryPipeline())
    check = DeviceCounts(client, plan, timing)
    client.readings.send_batch(readings(plan))
    client.readings.send(Reading(f"{plan.run}-0", {"n": 1}, plan.end_ms))
    check.note(readings(plan))
    verdict = check.verdict()
    assert verdict.found == {(f"{plan.run}-0",): 5, (f"{plan.run}-1",): 5}
    assert verdict.wrong == []


def test_events_are_counted_by_device_too(plan: Plan, timing: Timing) -> None:
    client = in_memory_client(InMemoryPipeline())
    events = [Event(plan.run, "door_open", True, plan.start_ms + n) for n in range(3)]
    client.events.send_batch(events)
    check = DeviceCounts(client, plan, timing)
    check.note(events)
    assert check.verdict().wrong == []


def test_what_never_arrives_is_told_after_the_limit(
    plan: Plan, timing: Timing, waits: list[float]
) -> None:
    client = in_memory_client(InMemoryPipeline())
    client.readings.send_batch(readings(plan)[:7])
    check = DeviceCounts(client, plan, timing)
    check.note(readings(plan))
    assert check.verdict().wrong == [
        f"{plan.run}-0: 4 counted, 5 sent",
        f"{plan.run}-1: 3 counted, 5 sent",
    ]
    assert sum(waits) == ARRIVAL_LIMIT_SECONDS


def test_what_has_arrived_is_not_asked_for_again(
    plan: Plan, timing: Timing, waits: list[float]
) -> None:
    pipeline = InMemoryPipeline()
    client = in_memory_client(pipeline)
    client.readings.send_batch(readings(plan))
    check = DeviceCounts(client, plan, timing)
    check.note(readings(plan))
    pipeline.requests.clear()
    pipeline.upcoming.append(Response.json(200, {"count": 0, "items": []}))
    assert check.verdict().wrong == []
    asked = [call.query["device_id"][-1] for call in pipeline.requests]
    assert (asked, waits) == (["0", "1", "0"], [POLL_SECONDS])


def test_counters_are_compared_by_their_growth(plan: Plan, timing: Timing) -> None:
    client = in_memory_client(InMemoryPipeline())
    client.states.send_batch(states(plan, 40))
    check = StateGrowth(client, plan, timing)
    client.states.send_batch([*states(plan, 3), DeviceState("laptop", "lost", plan.start_ms)])
    check.note(states(plan, 3))
    verdict = check.verdict()
    assert verdict.found == {("2023-06-16", "laptop", "erased"): 3}
    assert verdict.wrong == []


def test_counters_are_waited_for(plan: Plan, timing: Timing, waits: list[float]) -> None:
    pipeline = InMemoryPipeline()
    client = in_memory_client(pipeline)
    check = StateGrowth(client, plan, timing)
    client.states.send_batch(states(plan, 3))
    check.note(states(plan, 3))
    pipeline.upcoming += [Response.json(200, [])] * 2
    assert check.verdict().wrong == []
    assert waits == [POLL_SECONDS] * 2


def test_what_is_counted_twice_is_told_at_once(
    plan: Plan, timing: Timing, waits: list[float]
) -> None:
    client = in_memory_client(InMemoryPipeline())
    check = StateGrowth(client, plan, timing)
    client.states.send_batch(states(plan, 3))
    client.states.send_batch(states(plan, 4))
    check.note(states(plan, 3))
    assert check.verdict().wrong == ["2023-06-16 · laptop · erased: 7 counted, 3 sent"]
    assert waits == []
