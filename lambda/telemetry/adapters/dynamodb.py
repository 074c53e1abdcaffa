"""Readings in DynamoDB: one is a flat item that anybody can read, many are packed into one item."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any

from kernel.adapters.dynamodb import Item, to_item, values_of
from kernel.clock import DAY_MS, SECOND_MS, day_of, iso_of, to_ms
from readings.model import Reading, Segment
from telemetry.adapters.pace import Pace
from telemetry.adapters.segment_table import EXPIRES_AT, Key, SegmentTable, expiry_of, is_packed
from telemetry.packing import pack, unpack
from telemetry.ports import EVERYTHING, Arrival, Need, Receipt, Span, StoredSegment

_PROCESSED = "processed"
# What a flat item holds beside the metrics.
_PROCESSED_ATTRIBUTES = {
    "device_date",
    "segment",
    "device_id",
    "event_date",
    "timestamp",
    "received_at",
    "processed_at",
    "status",
    EXPIRES_AT,
}


class DynamoDbRawReadings:
    """Readings as they were sent, in `raw-sensor-data-{suffix}`: a partition is a device."""

    def __init__(self, client: Any, table: str, *, consistent: bool = False) -> None:
        self._table = SegmentTable(client, table, "device_id", consistent=consistent)

    def append(self, segments: Sequence[Segment], receipt: Receipt) -> Sequence[Segment]:
        """Keep the segments durably; what is there already stays as it is. Returns the new ones."""
        if len(segments) == 1:
            item = raw_table_item(segments[0], receipt)
            return segments if self._table.put_absent(item, receipt.received_at) else []
        absent = self._table.absent(dict.fromkeys(map(_raw_key, segments), receipt.received_at))
        new = [segment for segment in segments if _raw_key(segment) in absent]
        self._table.put([raw_table_item(segment, receipt) for segment in new])
        return new

    def remove(self, segments: Sequence[Segment]) -> None:
        """Take back segments of a request that could not be accepted."""
        self._table.delete([_raw_key(segment) for segment in segments])

    def read(
        self, device_id: str, span: Span, *, newest_first: bool, need: Need = EVERYTHING
    ) -> Iterator[StoredSegment]:
        """Every segment with a reading in the span, in the order of their keys."""
        pace = Pace(need, span, newest_first=newest_first)
        for item in self._table.range(device_id, span, pace):
            shown = {name: _plain(item, name) for name in ("received_at", "source", "request_id")}
            flat = (item.get("sensor_data") or {"M": {}})["M"]
            received_at = int(shown["received_at"])
            segment = _segment(item, device_id, flat)
            yield StoredSegment(segment, received_at, shown, expiry_of(item))


class DynamoDbProcessedReadings:
    """Processed readings, in `processed-data-{suffix}`: a partition is a device's UTC day."""

    def __init__(self, client: Any, table: str, *, consistent: bool = False) -> None:
        self._table = SegmentTable(client, table, "device_date", consistent=consistent)

    def append(self, arrivals: Sequence[Arrival], processed_at: int) -> None:
        """Keep the segments; what is there already stays as it is.

        Of a segment that is given several times, the first counts.
        """
        first = _first(arrivals)
        absent = self._table.absent({key: one.received_at for key, one in first.items()})
        self._put([one for key, one in first.items() if key in absent], processed_at)

    def replace(self, arrivals: Sequence[Arrival], processed_at: int) -> None:
        """Keep the segments in place of earlier results.

        Of a segment that is given several times, the first counts.
        """
        self._put(_first(arrivals).values(), processed_at)

    def read(
        self, device_id: str, span: Span, *, newest_first: bool, need: Need = EVERYTHING
    ) -> Iterator[StoredSegment]:
        """Every segment with a reading in the span, in the order of their keys."""
        first_day, last_day = span.start // DAY_MS, (span.end - 1) // DAY_MS
        days = range(first_day, last_day + 1)
        pace = Pace(need, span, newest_first=newest_first)
        for day in reversed(days) if newest_first else days:
            for item in self._table.range(_partition(device_id, day), span, pace):
                shown = {name: _plain(item, name) for name in ("processed_at", "status")}
                segment = _processed_segment(item, device_id)
                yield StoredSegment(segment, _received_at(item), shown, expiry_of(item))

    def since(
        self, device_id: str, start: int, end: int, longest_ms: int
    ) -> Iterator[tuple[Segment, int]]:
        """Every segment with a reading from `start` up to `end`, and when it was received.

        longest_ms: no segment that matters spans more; less of it is less to read.
        """
        span = Span(start, end)
        for day in range(start // DAY_MS, (end - 1) // DAY_MS + 1):
            pace = Pace(Need(longest_ms=longest_ms), span, newest_first=False)
            for item in self._table.range(_partition(device_id, day), span, pace):
                yield _processed_segment(item, device_id), _received_at(item)

    def newest(self, device_id: str, start: int, end: int) -> Iterator[tuple[int, int]]:
        """When the segments' last readings from `start` up to `end` were taken, and when they were
        received, newest first."""
        span = Span(start, max(end, start + 1))
        for day in range((span.end - 1) // DAY_MS, span.start // DAY_MS - 1, -1):
            pace = Pace(EVERYTHING, span, newest_first=True)
            for item in self._table.range(_partition(device_id, day), span, pace):
                if _last_of(item) >= start:
                    yield _last_of(item), _received_at(item)

    def _put(self, arrivals: Iterable[Arrival], processed_at: int) -> None:
        self._table.put([_processed_item(one, iso_of(processed_at)) for one in arrivals])


def _first(arrivals: Iterable[Arrival]) -> dict[Key, Arrival]:
    """The arrivals by key; of those with the same key the first that is not gone by the next."""
    first: dict[Key, Arrival] = {}
    for arrival in arrivals:
        key = _processed_key(arrival.segment)
        if key not in first or first[key].has_expired(arrival.received_at):
            first[key] = arrival
    return first


def _last_of(item: Item) -> int:
    # A metric may be named `last` too, but then the item is flat.
    return int(item["last" if is_packed(item) else "timestamp"]["N"])


def _raw_key(segment: Segment) -> Key:
    return segment.device_id, segment.key


def _processed_key(segment: Segment) -> Key:
    return _partition(segment.device_id, segment.first // DAY_MS), segment.key


def _partition(device_id: str, day: int) -> str:
    return f"{device_id}#{day_of(day * DAY_MS)}"


def raw_table_item(segment: Segment, receipt: Receipt) -> Item:
    """A segment as the raw table holds it: flat if it is of one reading, else packed."""
    item: dict[str, Any] = {
        "device_id": segment.device_id,
        "segment": segment.key,
        "received_at": receipt.received_at,
        "source": receipt.source,
        "request_id": receipt.request_id,
    }
    if len(segment.readings) == 1:
        (reading,) = segment.readings
        item |= {"timestamp": reading.timestamp, "sensor_data": reading.metrics}
    else:
        item |= _packed(segment)
    return _attributes(item, receipt.expires_at)


def _processed_item(arrival: Arrival, processed_at: str) -> Item:
    segment = arrival.segment
    partition, key = _processed_key(segment)
    item: dict[str, Any] = {
        "device_date": partition,
        "segment": key,
        "device_id": segment.device_id,
        "event_date": segment.day,
        "received_at": arrival.received_at,
        "processed_at": processed_at,
        "status": _PROCESSED,
    }
    if len(segment.readings) == 1:
        (reading,) = segment.readings
        item |= {"timestamp": reading.timestamp, **reading.metrics}
    else:
        item |= _packed(segment)
    return _attributes(item, arrival.expires_at)


def _attributes(item: Mapping[str, Any], expires_at: int | None) -> Item:
    # What is kept for ever is not billed for saying so.
    return to_item({**item, EXPIRES_AT: None if expires_at is None else expires_at // SECOND_MS})


def _packed(segment: Segment) -> dict[str, Any]:
    readings = segment.readings
    return {"last": segment.last, "count": len(readings), "packed": pack(readings)}


def _segment(item: Item, device_id: str, flat: Mapping[str, Any]) -> Segment:
    if is_packed(item):
        readings = unpack(device_id, bytes(item["packed"]["B"]))
    else:
        readings = (Reading.of(device_id, int(item["timestamp"]["N"]), values_of(flat)),)
    return Segment(device_id, readings, item["segment"]["S"])


def _processed_segment(item: Item, device_id: str) -> Segment:
    flat = {n: value for n, value in item.items() if n not in _PROCESSED_ATTRIBUTES}
    return _segment(item, device_id, flat)


def _received_at(item: Item) -> int:
    if "received_at" in item:
        return int(item["received_at"]["N"])
    # Items of version 0.1.0 say only when they were processed: a moment later.
    return to_ms(datetime.fromisoformat(item["processed_at"]["S"]))


def _plain(item: Item, name: str) -> str | int:
    ((kind, value),) = item[name].items()
    return int(value) if kind == "N" else str(value)
