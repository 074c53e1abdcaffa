"""What `make bench` counted of the pipeline: how much of each unit its requests use, and it alone.

The pipeline's own functions ran. Assumed is only how long AWS takes to answer, which Lambda bills.
"""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from lib.cost.bill import Usage, named, unnamed

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
    """Everything that was counted.

    source: which readings were sent. idle: what runs in a month in which nobody sends anything.
    """

    source: str
    idle: Usage
    requests: Sequence[Requests]
    rules: Sequence[Rules]


@cache
def counted() -> Counted:
    """What the last `make bench` kept."""
    kept = json.loads(FILE.read_text(encoding="utf-8"))
    return Counted(
        kept["source"],
        unnamed(kept["idle"]),
        [Requests(**{**one, "usage": unnamed(one["usage"])}) for one in kept["requests"]],
        [Rules(**{**one, "usage": unnamed(one["usage"])}) for one in kept["rules"]],
    )


def keep(found: Counted) -> None:
    """Keep what was counted."""
    document = {
        "source": found.source,
        "idle": named(found.idle),
        "requests": [_row(one) for one in found.requests],
        "rules": [_row(one) for one in found.rules],
    }
    FILE.write_text(json.dumps(document, indent=1) + "\n", encoding="utf-8")


def _row(one: Requests | Rules) -> dict[str, Any]:
    return {
        name: named(one.usage) if name == "usage" else getattr(one, name) for name in one.__slots__
    }
