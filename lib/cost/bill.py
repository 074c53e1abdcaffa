"""Bills: how often each unit was used, and what that costs by service."""

from collections.abc import Mapping
from dataclasses import dataclass

from lib.cost import prices
from lib.cost.prices import Unit

Usage = Mapping[Unit, float]
"""How many of each unit; they need not be whole where they are a share of something."""


@dataclass(frozen=True, slots=True)
class Bill:
    """What a usage costs, in dollars."""

    usage: Usage

    @property
    def dollars(self) -> float:
        """What all of it costs."""
        return sum(self.by_service().values())

    def by_service(self) -> dict[str, float]:
        """What each service costs, the dearest first."""
        costs: dict[str, float] = {}
        for unit, count in self.usage.items():
            costs[unit.service] = costs.get(unit.service, 0) + count * unit.dollars
        return dict(sorted(costs.items(), key=lambda cost: -cost[1]))


def total(*usages: Usage) -> Usage:
    """Usages taken together."""
    together: dict[Unit, float] = {}
    for usage in usages:
        for unit, count in usage.items():
            together[unit] = together.get(unit, 0) + count
    return together


def scaled(usage: Usage, factor: float) -> Usage:
    """A usage so many times over."""
    return {unit: count * factor for unit, count in usage.items()}


def named(usage: Usage) -> dict[str, float]:
    """A usage as JSON has it, by the names that `prices` gives the units."""
    names = {unit: name for name, unit in _UNITS.items()}
    return {names[unit]: float(f"{count:.6g}") for unit, count in usage.items()}


def unnamed(kept: Mapping[str, float]) -> Usage:
    """The usage that was kept as JSON."""
    return {_UNITS[name]: count for name, count in kept.items()}


_UNITS = {name: unit for name, unit in vars(prices).items() if isinstance(unit, Unit)}
