"""What a fleet costs a month: what `make bench` counted, times what the fleet sends."""

from bisect import bisect_left
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from lib.cost import prices
from lib.cost.bill import Bill, Usage, scaled, total
from lib.cost.counted import Counted, Requests
from lib.settings import Settings

MOST_READINGS = 1_000
# Of TRACED_PERCENT, where nothing is set.
TRACED_SHARE = float(Settings().traced_percent) / 100


@dataclass(frozen=True, slots=True)
class Fleet:
    """Devices that measure every `interval_seconds`; `batch` readings come in a request.

    rules: how many watch each device, none of which fires. mixed: whether the readings of a
    request are of as many devices, as from a gateway that others speak through.
    """

    devices: int
    interval_seconds: float
    batch: int
    rules: int = 0
    mixed: bool = False

    @property
    def readings_a_month(self) -> float:
        """How many readings are sent in a month of 730 hours."""
        return self.devices * prices.MONTH_SECONDS / self.interval_seconds


@dataclass(frozen=True, slots=True)
class Month:
    """What a month costs.

    least: where messages always wait, so that functions get many at once. most: where each comes
    alone. standing: what is there without any reading, and is in both. kept: what it costs to keep
    a month's readings for a month.
    """

    least: Bill
    most: Bill
    standing: Bill
    kept: Bill


def month_of(fleet: Fleet, counted: Counted, stack: Usage) -> Month:
    """What a fleet costs a month; stack: what the stack costs by being there."""
    standing = total(stack, counted.idle)
    requests = fleet.readings_a_month / fleet.batch
    least, most = (_request(fleet, counted, waiting=one) for one in (True, False))
    # One call a second, and of the rest what the sampling rule takes (decision 15).
    first = min(requests, prices.MONTH_SECONDS)
    traces = {prices.XRAY_TRACE: first + (requests - first) * TRACED_SHARE}
    waiting = _like(fleet, counted, True)
    stored = _interpolated(
        fleet.batch, {one.readings: dict.fromkeys(_KEPT, one.stored_bytes) for one in waiting}
    )
    return Month(
        Bill(total(scaled(least, requests), traces, standing)),
        Bill(total(scaled(most, requests), traces, standing)),
        Bill(standing),
        Bill(scaled(stored, requests / prices.GIGABYTE)),
    )


_KEPT = (prices.DYNAMODB_GB_MONTH, prices.DYNAMODB_BACKUP_GB_MONTH)


def _request(fleet: Fleet, counted: Counted, *, waiting: bool) -> Usage:
    """What one request uses."""
    alike = _like(fleet, counted, waiting)
    passage = _interpolated(fleet.batch, {one.readings: one.usage for one in alike})
    # A request of many devices is evaluated device by device.
    devices, readings = (fleet.batch, 1) if fleet.mixed else (1, fleet.batch)
    return total(passage, scaled(_rules(fleet.rules, readings, counted), devices))


def _like(fleet: Fleet, counted: Counted, waiting: bool) -> Sequence[Requests]:
    return [
        one
        for one in counted.requests
        if one.waiting == waiting and (one.readings == 1 or one.mixed == fleet.mixed)
    ]


def _rules(rules: int, readings: int, counted: Counted) -> Usage:
    """What rules add to the evaluation of a message."""
    by_readings: dict[int, dict[int, Usage]] = {}
    for one in counted.rules:
        by_readings.setdefault(one.readings, {0: {}})[one.rules] = one.usage
    return _interpolated(
        readings, {size: _interpolated(rules, found) for size, found in by_readings.items()}
    )


def _interpolated(at: float, known: Mapping[int, Usage]) -> Usage:
    """A usage between those that are known, or as the last two go on: costs grow evenly."""
    places = sorted(known)
    if at in known or len(places) == 1:
        return known.get(int(at), known[places[0]])
    after = min(max(1, bisect_left(places, at)), len(places) - 1)
    low, high = places[after - 1], places[after]
    share = (at - low) / (high - low)
    return total(scaled(known[low], 1 - share), scaled(known[high], share))
