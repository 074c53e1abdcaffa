"""What `make bench` counted of the pipeline: how much of each unit its requests use, and it alone.

The pipeline's own functions ran; nothing here is derived from what somebody believes they do.
"""

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from lib.cost import prices
from lib.cost.bill import Usage
from lib.cost.prices import Unit

FILE = Path(__file__).with_name("counted.json")


@dataclass(frozen=True, slots=True)
class Requests:
    """What one request uses on its way to the processed table and through evaluation.

    readings: how many it brings. mixed: whether each is of a device of its own. waiting: whether
    messages wait, so that functions get as many at once as they take; otherwise each comes alone.
    stored_bytes: what it adds to the tables.
    """

    readings: int
    mixed: bool
    waiting: bool
    usage: Usage
    stored_bytes: float


@dataclass(frozen=True, slots=True)
class Rules:
    """What evaluating a message of so many readings by so many rules of its device uses."""

    readings: int
    rules: int
    usage: Usage


@dataclass(frozen=True, slots=True)
class Counted:
    """Everything that was counted; standing: what is there for a month without any reading."""

    standing: Usage
    requests: Sequence[Requests]
    rules: Sequence[Rules]


@cache
def counted() -> Counted:
    """What the last `make bench` kept."""
    kept = json.loads(FILE.read_text(encoding="utf-8"))
    return Counted(
        _usage(kept["standing"]),
        [Requests(**{**one, "usage": _usage(one["usage"])}) for one in kept["requests"]],
        [Rules(**{**one, "usage": _usage(one["usage"])}) for one in kept["rules"]],
    )


def keep(found: Counted) -> None:
    """Keep what was counted."""
    document = {
        "standing": _named(found.standing),
        "requests": [_row(one) for one in found.requests],
        "rules": [_row(one) for one in found.rules],
    }
    FILE.write_text(json.dumps(document, indent=1) + "\n", encoding="utf-8")


def _row(one: Requests | Rules) -> dict[str, Any]:
    return {
        name: _named(one.usage) if name == "usage" else getattr(one, name) for name in one.__slots__
    }


def _usage(named: Mapping[str, float]) -> Usage:
    units = dict(_units())
    return {units[name]: count for name, count in named.items()}


def _named(usage: Usage) -> dict[str, float]:
    names = {unit: name for name, unit in _units()}
    return {names[unit]: float(f"{count:.6g}") for unit, count in usage.items()}


def _units() -> Iterator[tuple[str, Unit]]:
    return ((name, unit) for name, unit in vars(prices).items() if isinstance(unit, Unit))
