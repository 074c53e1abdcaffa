"""Readings and segments: what a device sent, cut into what one table item holds."""

import hashlib
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from decimal import ROUND_HALF_EVEN, Context, Decimal
from typing import Any, Self

from kernel import exact_json
from kernel.clock import DAY_MS, HOUR_MS, day_of

Metric = Decimal | bool | str
Metrics = Mapping[str, Metric]

MAX_METRICS = 64
MAX_SEGMENT_READINGS = 500
MAX_SEGMENT_SPAN_MS = HOUR_MS
# Older readings are filled in: they are kept and shown, and fire no alerts.
BACKFILL_AFTER_MS = 7 * DAY_MS
# A segment must fit a queue message of 200 KB with its envelope, and so must a single reading.
MAX_SEGMENT_BYTES = 160_000
MAX_READING_BYTES = 100_000
# As many as a full segment has, so that readings with metrics of their own do not blow it up.
MAX_SEGMENT_CELLS = MAX_METRICS * MAX_SEGMENT_READINGS

# Metrics that processing adds; they are not part of what makes a reading the reading it is.
DERIVED_METRICS = frozenset({"temperature_celsius", "temperature_fahrenheit"})
# Names that an item uses itself, so no metric may have them.
RESERVED_NAMES = DERIVED_METRICS | {
    "device_date",
    "device_id",
    "event_date",
    "expires_at",
    "processed_at",
    "received_at",
    "request_id",
    "segment",
    "sensor_data",
    "source",
    "status",
    "timestamp",
}

_TEMPERATURE_NAMES = ("temperature", "temp")
_STORABLE_DIGITS = Context(prec=38, rounding=ROUND_HALF_EVEN)
_FAHRENHEIT_PER_CELSIUS = Decimal("1.8")
_FAHRENHEIT_AT_ZERO_CELSIUS = Decimal(32)


@dataclass(frozen=True, slots=True, order=True)
class Position:
    """A reading's place in the order of all readings of its device: time, then digest."""

    timestamp: int
    digest: str


@dataclass(frozen=True, slots=True)
class Reading:
    """One device's metrics at one moment; `digest` tells it from every other of that moment."""

    device_id: str
    timestamp: int
    metrics: Metrics
    text: str = field(compare=False, repr=False)

    @classmethod
    def of(cls, device_id: str, timestamp: int, metrics: Metrics) -> Self:
        """A reading whose numbers are already canonical (`exact_json.canonical`)."""
        ordered = {name: metrics[name] for name in sorted(metrics)}
        return cls(device_id, timestamp, ordered, exact_json.dumps(ordered))

    @property
    def digest(self) -> str:
        """Identity of what was sent; what processing derived from it does not count."""
        text = self.text
        if not DERIVED_METRICS.isdisjoint(self.metrics):
            sent = {n: v for n, v in self.metrics.items() if n not in DERIVED_METRICS}
            text = exact_json.dumps(sent)
        return _digest(text)

    @property
    def position(self) -> Position:
        """Its place among the readings of its device."""
        return Position(self.timestamp, self.digest)


@dataclass(frozen=True, slots=True)
class Segment:
    """One device's readings of one request, in time order: one UTC day, at most an hour and 500."""

    device_id: str
    readings: tuple[Reading, ...]
    key: str

    @classmethod
    def of(cls, readings: Iterable[Reading]) -> Self:
        """The segment of readings of one device, already in order; its key is its content."""
        ordered = tuple(readings)
        digests = "".join(f"{reading.timestamp}{reading.digest}" for reading in ordered)
        key = f"{ordered[0].timestamp:013d}#{_digest(digests)}"
        return cls(ordered[0].device_id, ordered, key)

    @property
    def first(self) -> int:
        """When the first reading was taken, in ms since the epoch."""
        return self.readings[0].timestamp

    @property
    def last(self) -> int:
        """When the last reading was taken, in ms since the epoch."""
        return self.readings[-1].timestamp

    @property
    def day(self) -> str:
        """The UTC day of every reading in it, YYYY-MM-DD."""
        return day_of(self.first)


def cut_into_segments(readings: Iterable[Reading], max_readings: int) -> list[Segment]:
    """Cut readings of any devices, in any order, into segments; equal readings become one.

    The same readings give the same segments in whatever order they come.
    """
    by_device: dict[str, dict[tuple[int, str], Reading]] = {}
    for reading in readings:
        identity = (reading.timestamp, reading.digest)
        by_device.setdefault(reading.device_id, {})[identity] = reading
    return [
        Segment.of(run)
        for _, distinct in sorted(by_device.items())
        for run in _runs([distinct[identity] for identity in sorted(distinct)], max_readings)
    ]


def _runs(ordered: list[Reading], max_readings: int) -> Iterator[list[Reading]]:
    run: list[Reading] = []
    names: set[str] = set()
    size = 0
    for reading in ordered:
        names.update(reading.metrics)
        if run and (
            len(run) == max_readings
            or reading.timestamp - run[0].timestamp > MAX_SEGMENT_SPAN_MS
            or size + len(reading.text) > MAX_SEGMENT_BYTES
            or len(names) * (len(run) + 1) > MAX_SEGMENT_CELLS
            or day_of(reading.timestamp) != day_of(run[0].timestamp)
        ):
            yield run
            run, names, size = [], set(reading.metrics), 0
        run.append(reading)
        size += len(reading.text)
    if run:
        yield run


def is_backfill(timestamp: int, received_at: int) -> bool:
    """Whether a reading of that time, in ms since the epoch, came too late to raise alerts."""
    return timestamp < received_at - BACKFILL_AFTER_MS


def to_metric(value: Any) -> Metric:
    """A metric read by `exact_json`, its number canonical.

    Raises ArithmeticError for a number that cannot be stored and TypeError for what is no metric.
    """
    if type(value) is int or type(value) is Decimal:
        return exact_json.canonical(value)
    if isinstance(value, (bool, str)):
        return value
    raise TypeError(f"a metric cannot be of type {type(value).__name__}")


def with_derived_metrics(reading: Reading) -> Reading:
    """The reading with its temperature in °C and °F, if it has one (`temperature`, else `temp`).

    °F = °C × 1.8 + 32, exact up to the 38 digits that can be stored.
    """
    for name in _TEMPERATURE_NAMES:
        celsius = reading.metrics.get(name)
        if isinstance(celsius, Decimal):
            product = _STORABLE_DIGITS.multiply(celsius, _FAHRENHEIT_PER_CELSIUS)
            fahrenheit = _STORABLE_DIGITS.add(product, _FAHRENHEIT_AT_ZERO_CELSIUS)
            derived: dict[str, Metric] = {"temperature_celsius": celsius}
            # Only a temperature close to 1E+126 °C has no storable value in °F.
            if fahrenheit.adjusted() <= 125:
                derived["temperature_fahrenheit"] = exact_json.canonical(fahrenheit)
            return Reading.of(reading.device_id, reading.timestamp, {**reading.metrics, **derived})
    return reading


def _digest(text: str) -> str:
    return hashlib.blake2b(text.encode(), digest_size=10).hexdigest()
