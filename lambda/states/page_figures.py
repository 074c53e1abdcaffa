"""What the page of a day says in numbers: totals, shares, and the order of both."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from states.model import Count

# A browser lays these out at once, and with the longest names they stay within Lambda's 6 MB.
MAX_ROWS = 1_000


@dataclass(frozen=True, slots=True)
class Figure:
    """How many device states carry a name, as a part of some whole."""

    name: str
    count: int
    whole: int

    @property
    def percent(self) -> float:
        """The share of the whole, from 0 to 100."""
        return 100 * self.count / self.whole if self.whole else 0.0

    @property
    def percent_text(self) -> str:
        """The share to a tenth of a percent; neither nothing nor all when it is not."""
        if 0 < self.percent < 0.05:
            return "<0.1%"
        if 99.95 <= self.percent < 100:
            return ">99.9%"
        return f"{self.percent:.1f}%"


@dataclass(frozen=True, slots=True)
class TypeFigures:
    """A type's share of the day, and how it divides into states."""

    type: Figure
    states: Sequence[Figure]


@dataclass(frozen=True, slots=True)
class DayFigures:
    """A day altogether, by type, by state and by both, the largest first."""

    total: int
    types: Sequence[Figure]
    states: Sequence[Figure]
    detail: Sequence[TypeFigures]


def figures_of(counts: Iterable[Count]) -> DayFigures:
    """Add up the counts of one day."""
    by_type: Counter[str] = Counter()
    by_state: Counter[str] = Counter()
    by_both: dict[str, Counter[str]] = defaultdict(Counter)
    for one in counts:
        by_type[one.type] += one.count
        by_state[one.state] += one.count
        by_both[one.type][one.state] += one.count
    total = by_type.total()
    types = _largest_first(by_type, total)
    detail = [TypeFigures(one, _largest_first(by_both[one.name], one.count)) for one in types]
    return DayFigures(total, types, _largest_first(by_state, total), detail)


def first_rows(detail: Iterable[TypeFigures], limit: int = MAX_ROWS) -> list[TypeFigures]:
    """The types that lead, with no more than `limit` rows of states among them."""
    shown: list[TypeFigures] = []
    for one in detail:
        if limit <= 0:
            break
        shown.append(TypeFigures(one.type, one.states[:limit]))
        limit -= len(one.states)
    return shown


def _largest_first(counts: Mapping[str, int], whole: int) -> list[Figure]:
    ordered = sorted(counts.items(), key=lambda item: (-item[1], item[0]))
    return [Figure(name, count, whole) for name, count in ordered]
