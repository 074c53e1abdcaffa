"""How a reading's cost grows with devices, with readings a day and with rules: 1, 10, 100 fold.

Evaluation and queries alone look at what is stored; ingest and process ask for their own keys.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from statistics import median

from bench import day_query
from bench.bodies import Source
from bench.evaluation import Case, for_each, metered, seconds

FOLDS = (1, 10, 100)


@dataclass(frozen=True)
class Growth:
    """By fold, what a reading costs as a multiple of what it costs where there is least."""

    what: str
    ratios: Sequence[float]


def measure(source: Source, rounds: int) -> Iterator[Growth]:
    """Time and units of evaluation on each axis, and units of queries by readings a day."""
    axes = {
        "devices, a rule each": [
            Case(f"{n} devices", for_each(n), 100, 100, True, n) for n in FOLDS
        ],
        "readings a day": [
            Case(f"{86 * n} readings", for_each(1), 86 * n, 86, True) for n in FOLDS
        ],
        "rules of other devices": [
            Case(f"{10 * n} rules", for_each(10 * n), 200, 100, True, 10) for n in FOLDS
        ],
    }
    for name, cases in axes.items():
        yield Growth(f"evaluation, time: {name}", _time_ratios(cases, rounds))
        yield Growth(f"evaluation, units: {name}", _ratios([_units(case) for case in cases]))
    yield Growth("query, read units: readings a day", _query_ratios(source))


def _time_ratios(cases: Sequence[Case], rounds: int) -> list[float]:
    spent = [[seconds(case) / case.readings for case in cases] for _ in range(rounds)]
    return [median(column) for column in zip(*(_ratios(one) for one in spent), strict=True)]


def _units(case: Case) -> float:
    meter = metered(case)
    return (sum(meter.read.values()) + sum(meter.written.values())) / case.readings


def _query_ratios(source: Source) -> list[float]:
    return _ratios([day_query.units_a_reading(source, 86 * fold) for fold in FOLDS])


def _ratios(costs: Sequence[float]) -> list[float]:
    return [cost / costs[0] for cost in costs]
