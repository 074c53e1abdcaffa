"""What a reading costs of the processor and of money, by how many come in a request."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import count
from statistics import median
from typing import Any

from bench.bodies import Source
from bench.limit import Limit
from bench.ours import PARAMETERS, Ours
from bench.passage import BUSY, QUIET, Passage, Way, evaluated, passed
from bench.plain import Plain
from bench.transport import CannedAws

from lib.cost import Bill


@dataclass(frozen=True)
class Case:
    """Requests of so many readings of so many devices; plain is given fewer, since it is slow."""

    readings: int
    devices: int
    requests: int
    requests_to_plain: int

    @property
    def name(self) -> str:
        """How the case is called in tables and in JSON."""
        return f"{self.readings:,} of {self.devices:,}"


CASES = (
    Case(1, 1, 50, 50),
    Case(10, 1, 30, 6),
    Case(100, 1, 40, 3),
    Case(1_000, 1, 8, 1),
    Case(100, 100, 10, 3),
    Case(1_000, 1_000, 1, 1),
)


@dataclass
class Measured:
    """What one case took: microseconds of the processor a reading by way, round by round."""

    case: Case
    micros: dict[str, list[float]] = field(default_factory=dict)
    passages: dict[str, Passage] = field(default_factory=dict)
    dollars: dict[str, float] = field(default_factory=dict)

    def median(self, way: str) -> float:
        """Microseconds a reading."""
        return median(self.micros[way])

    def ratio(self, dividend: str, divisor: str) -> float:
        """How many times one way's time another's is: the median over the rounds."""
        pairs = zip(self.micros[dividend], self.micros[divisor], strict=True)
        return median(one / other for one, other in pairs)


def measure(source: Source, rounds: int) -> Iterator[Measured]:
    """Every case, its ways in turn, round by round; each way is warmed up first."""
    aws = CannedAws(PARAMETERS)
    ways: tuple[Way, ...] = (Plain(aws), Ours(aws), Limit(aws))
    # Devices that no container has seen: what it may remember of others is of no use to it.
    fleets = count()
    for way in ways:
        _passed(CASES[0], aws, way, source, BUSY, next(fleets))
    for case in CASES:
        yield _measured(case, aws, ways, source, rounds, fleets)


def _measured(
    case: Case,
    aws: CannedAws,
    ways: tuple[Way, ...],
    source: Source,
    rounds: int,
    fleets: Iterator[int],
) -> Measured:
    measured = Measured(case, {way.name: [] for way in ways})
    for _ in range(rounds):
        for way in ways:
            passage = _passed(case, aws, way, source, BUSY, next(fleets))
            measured.micros[way.name].append(1e6 * passage.cpu_seconds / passage.readings)
            measured.passages[way.name] = passage
    for way in ways:
        measured.passages[f"{way.name}, quiet"] = _passed(
            case, aws, way, source, QUIET, next(fleets)
        )
    for name, passage in measured.passages.items():
        measured.dollars[name] = Bill(passage.per_million("ingest", "process")).dollars
        if "evaluate" in passage.stages:
            measured.dollars[f"{name}, evaluated"] = Bill(passage.per_million("evaluate")).dollars
    return measured


def _passed(
    case: Case, aws: CannedAws, way: Any, source: Source, at_once: int, fleet: int
) -> Passage:
    number = case.requests_to_plain if way.name == "plain" else case.requests
    requests = source.requests(number, case.readings, case.devices, fleet)
    passage = passed(way, aws, requests, number * case.readings, at_once)
    if way.name == "ours":
        passage.stages["evaluate"] = evaluated(way, aws, at_once)
    return passage
