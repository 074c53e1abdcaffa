"""What was sent held against what the API gives back: every value, every digit, in order."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from itertools import pairwise
from typing import Any, Literal

from iot_pipeline import PipelineClient, Value
from iot_pipeline.readings import Reading

_DAY_MS = 24 * 60 * 60 * 1_000
_LONGEST_QUERY_MS = 31 * _DAY_MS
# What a processed item shows beside the metrics that were sent.
_ADDED = {
    "device_id",
    "event_date",
    "processed_at",
    "status",
    "temperature_celsius",
    "temperature_fahrenheit",
    "timestamp",
}

# True equals 1 for Python, but not for whoever sent it.
Identity = tuple[str, int, frozenset[tuple[str, bool, Value]]]
Table = Literal["processed", "raw"]


@dataclass(frozen=True, slots=True)
class SentReadings:
    """Distinct readings, and the time that each device's readings span."""

    identities: frozenset[Identity]
    spans: Mapping[str, tuple[int, int]]

    @classmethod
    def of(cls, readings: Iterable[Reading]) -> "SentReadings":
        """Take note of readings as they are sent."""
        identities: set[Identity] = set()
        spans: dict[str, tuple[int, int]] = {}
        for reading in readings:
            moment = reading.timestamp_ms
            identities.add(_identity(reading.device_id, moment, reading.sensor_data))
            first, last = spans.get(reading.device_id, (moment, moment))
            spans[reading.device_id] = (min(first, moment), max(last, moment))
        return cls(frozenset(identities), spans)


@dataclass(frozen=True, slots=True)
class Comparison:
    """How what was found differs from what was sent."""

    found: int
    missing: int
    repeated: int
    disordered: int

    @property
    def faultless(self) -> bool:
        """Whether everything sent is there, once and in time order."""
        return not (self.missing or self.repeated or self.disordered)


def compared(sent: SentReadings, items: Iterable[Mapping[str, Any]], table: Table) -> Comparison:
    """Compare items, as the API gave them device by device, with what was sent.

    Readings of the same devices and time that others sent do not count.
    """
    found: dict[Identity, int] = {}
    order: dict[str, list[int]] = {}
    for item in items:
        metrics = item["sensor_data"] if table == "raw" else _metrics(item)
        identity = _identity(item["device_id"], item["timestamp"], metrics)
        if identity in sent.identities:
            found[identity] = found.get(identity, 0) + 1
            order.setdefault(item["device_id"], []).append(item["timestamp"])
    return Comparison(
        found=len(found),
        missing=len(sent.identities) - len(found),
        repeated=sum(count - 1 for count in found.values()),
        disordered=sum(
            later < earlier for moments in order.values() for earlier, later in pairwise(moments)
        ),
    )


def items_of(client: PipelineClient, sent: SentReadings, table: Table) -> Iterator[dict[str, Any]]:
    """Everything that the API holds of the devices and times of what was sent."""
    for device_id, (first, last) in sent.spans.items():
        for start in range(first, last + 1, _LONGEST_QUERY_MS):
            end = min(start + _LONGEST_QUERY_MS, last + 1)
            yield from client.readings.query(device_id, start=start, end=end, table=table)


def _metrics(item: Mapping[str, Any]) -> dict[str, Value]:
    return {name: value for name, value in item.items() if name not in _ADDED}


def _identity(device_id: str, moment: int, metrics: Mapping[str, Value]) -> Identity:
    values = ((name, isinstance(value, bool), value) for name, value in metrics.items())
    return device_id, moment, frozenset(values)
