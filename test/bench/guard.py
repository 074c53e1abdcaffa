"""Ratios that must not fall by a third: those of the last `make bench`, and those of now.

Each is the larger the better, and each is of two times, or of two bills, of one run: the machine is
left out as far as it can be. "limit" is not guarded: it is C where ours is Python, and processors
differ in that.
"""

import json
from collections.abc import Mapping, Sequence
from pathlib import Path

from bench.cold_start import ColdStarts
from bench.throughput import Measured

RECORD = Path(__file__).with_name("last.json")
LEAST_SHARE = 2 / 3


def ratios(measured: Sequence[Measured], started: ColdStarts) -> dict[str, float]:
    """What is guarded."""
    guarded = {}
    for one in measured:
        name = one.case.name
        guarded[f"time of {name}, plain / ours"] = one.ratio("plain", "ours")
        guarded[f"dollars of {name}, plain / ours"] = one.dollars["plain"] / one.dollars["ours"]
    for name, ratio in started.ratios.items():
        guarded[f"cold start of {name}, boto3 / ours"] = 1 / ratio
    return guarded


def recorded() -> Mapping[str, float]:
    """The ratios of the last `make bench`; none before the first."""
    if not RECORD.exists():
        return {}
    kept: Mapping[str, float] = json.loads(RECORD.read_text(encoding="utf-8"))["guarded"]
    return kept


def best(one: Mapping[str, float], other: Mapping[str, float]) -> Mapping[str, float]:
    """The better of two measurements, ratio by ratio: a busy machine makes worse, never better."""
    return {name: max(one.get(name, 0), other.get(name, 0)) for name in {**one, **other}}


def fallen(before: Mapping[str, float], now: Mapping[str, float]) -> list[str]:
    """A sentence about every ratio that fell by a third or more, or is gone."""
    return [
        f"{name}: {now.get(name, 0):.3f}, where the last bench had {ratio:.3f}."
        for name, ratio in before.items()
        if now.get(name, 0) <= LEAST_SHARE * ratio
    ]
