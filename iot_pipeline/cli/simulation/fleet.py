"""Random devices: the same seed is the same fleet, sending the same but for the time."""

from collections.abc import Iterator
from decimal import Decimal
from random import Random

from iot_pipeline import Value
from iot_pipeline.cli.simulation.plan import Plan
from iot_pipeline.events import Event
from iot_pipeline.readings import Reading
from iot_pipeline.states import DeviceState

_TYPES = ("laptop", "phone", "server", "tablet", "desktop")
_STATES = {"erased": 90, "erasure failed": 7, "erasure aborted": 3}
_EVENT_TYPES = ("temperature", "humidity", "door_open")


def random_readings(plan: Plan) -> Iterator[Reading]:
    """Endless readings: temperatures that wander, humidity, and a battery that runs down."""
    chance = _chance(plan)
    temperatures = [chance.randint(1_800, 2_600) for _ in range(plan.devices)]
    for number, moment_ms in enumerate(plan.moments_ms()):
        device = number % plan.devices
        temperatures[device] += chance.randint(-25, 25)
        metrics: dict[str, Value] = {
            "temperature": Decimal(temperatures[device]).scaleb(-2),
            "humidity": chance.randint(30, 70),
            "battery": max(0, 100 - number // plan.devices // 100),
        }
        yield Reading(_device_id(plan, device), metrics, moment_ms)


def random_events(plan: Plan) -> Iterator[Event]:
    """Endless events of a few types."""
    chance = _chance(plan)
    for number, moment_ms in enumerate(plan.moments_ms()):
        kind = chance.choice(_EVENT_TYPES)
        value: Value
        if kind == "door_open":
            value = chance.random() < 0.5
        else:
            value = Decimal(chance.randint(1_500, 6_000)).scaleb(-2)
        yield Event(_device_id(plan, number % plan.devices), kind, value, moment_ms)


def random_states(plan: Plan, *, isolated: bool) -> Iterator[DeviceState]:
    """Endless device states; `isolated` gives their types the run's name."""
    chance = _chance(plan)
    types = [chance.choice(_TYPES) for _ in range(plan.devices)]
    if isolated:
        types = [f"{plan.run}-{kind}" for kind in types]
    states, weights = tuple(_STATES), tuple(_STATES.values())
    for number, moment_ms in enumerate(plan.moments_ms()):
        (state,) = chance.choices(states, weights)
        yield DeviceState(types[number % plan.devices], state, moment_ms)


def _chance(plan: Plan) -> Random:
    return Random(plan.seed)  # noqa: S311 — it must be repeatable, and guards nothing


def _device_id(plan: Plan, device: int) -> str:
    return f"{plan.run}-{device + 1}"
