"""Readings and segments: what a device sent, and when it counts."""

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass
from decimal import ROUND_HALF_EVEN, Context, Decimal
from functools import cached_property
from typing import Self

from kernel import exact_json
from kernel.clock import DAY_MS, HOUR_MS, day_of
from readings.metrics import DERIVED_METRICS, Metric, Metrics

MAX_SEGMENT_SPAN_MS = HOUR_MS
# Older readings are filled in: they are kept and shown, and fire no alerts.
BACKFILL_AFTER_MS = 7 * DAY_MS

_TEMPERATURE_NAMES = ("temperature", "temp")
_STORABLE_DIGITS = Context(prec=38, rounding=ROUND_HALF_EVEN)
_FAHRENHEIT_PER_CELSIUS = Decimal("1.8")
_FAHRENHEIT_AT_ZERO_CELSIUS = Decimal(32)


@dataclass(frozen=True, slots=True, order=True)
class Position:
    """A reading's place in the order of all readings of its device: time, then digest."""

    timestamp: int
    digest: str


@dataclass(frozen=True)
class Reading:
    """One device's metrics at one moment, in the order of their names; `digest` tells it from
    every other of that moment."""

    device_id: str
    timestamp: int
    metrics: Metrics

    @classmethod
    def of(cls, device_id: str, timestamp: int, metrics: Metrics) -> Self:
        """A reading whose numbers are already canonical (`exact_json.canonical`)."""
        return cls(device_id, timestamp, {name: metrics[name] for name in sorted(metrics)})

    @classmethod
    def written(cls, device_id: str, timestamp: int, metrics: Metrics, text: str) -> Self:
        """A reading whose metrics are in order, and whose text is known."""
        reading = cls(device_id, timestamp, metrics)
        vars(reading)["text"] = text
        return reading

    # Both are asked for several times on a reading's way in, and never once it is processed.
    @cached_property
    def text(self) -> str:
        """The metrics as canonical JSON."""
        return exact_json.dumps(self.metrics)

    @cached_property
    def digest(self) -> str:
        """Identity of what was sent; what processing derived from it does not count."""
        text = self.text
        if not DERIVED_METRICS.isdisjoint(self.metrics):
            sent = {n: v for n, v in self.metrics.items() if n not in DERIVED_METRICS}
            text = exact_json.dumps(sent)
        return digest_of(text)

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
        key = f"{ordered[0].timestamp:013d}#{digest_of(digests)}"
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


def is_backfill(timestamp: int, received_at: int) -> bool:
    """Whether a reading of that time, in ms since the epoch, came too late to raise alerts."""
    return timestamp < received_at - BACKFILL_AFTER_MS


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


def digest_of(text: str) -> str:
    """What tells texts from one another: 20 characters."""
    return hashlib.blake2b(text.encode(), digest_size=10).hexdigest()
