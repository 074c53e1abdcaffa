"""A simulation's time, which passes only where somebody waits."""

import pytest

from iot_pipeline.cli.simulation.pacing import Timing
from iot_pipeline.cli.simulation.plan import Plan

NOON_MS = 1_686_916_800_000


@pytest.fixture
def waits() -> list[float]:
    """Every wait in seconds; to add one is to let time pass."""
    return []


@pytest.fixture
def timing(waits: list[float]) -> Timing:
    return Timing(lambda: NOON_MS, lambda: sum(waits), waits.append)


@pytest.fixture
def plan() -> Plan:
    """Two seconds of three devices."""
    return Plan(devices=3, rate_per_second=10, duration_seconds=2, seed=7, start_ms=NOON_MS)
