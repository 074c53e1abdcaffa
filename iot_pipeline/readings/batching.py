"""Readings packed into request bodies within the API's limits."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from iot_pipeline import exact_json
from iot_pipeline.errors import InvalidReading
from iot_pipeline.readings.model import Reading

MAX_READINGS = 1_000
MAX_BODY_BYTES = 1_048_576

_HEAD = b'{"readings":['
_TAIL = b"]}"


@dataclass(frozen=True, slots=True)
class Batch:
    """One request's readings, and its body."""

    readings: tuple[Reading, ...]
    body: bytes


def batches(readings: Iterable[Reading], max_readings: int = MAX_READINGS) -> Iterator[Batch]:
    """Cut a stream into batches of at most `max_readings` and 1 MiB, reading only what is needed.

    Within a batch one device's readings lie together and in time order, which the pipeline
    stores best. Raises InvalidReading where a reading cannot be written at all.
    """
    if not 1 <= max_readings <= MAX_READINGS:
        raise ValueError(f"a batch holds 1 to {MAX_READINGS} readings, not {max_readings}")
    pending: list[tuple[Reading, bytes]] = []
    size = empty_size = len(_HEAD) + len(_TAIL)
    for reading in readings:
        encoded = _encoded(reading)
        if pending and size + 1 + len(encoded) > MAX_BODY_BYTES:
            yield _batch(pending)
            pending, size = [], empty_size
        size += len(encoded) + bool(pending)
        pending.append((reading, encoded))
        if len(pending) == max_readings:
            yield _batch(pending)
            pending, size = [], empty_size
    if pending:
        yield _batch(pending)


def _encoded(reading: Reading) -> bytes:
    try:
        encoded = exact_json.dumps(reading.as_request()).encode("utf-8")
    except (TypeError, ValueError) as error:
        raise InvalidReading(f"reading of {reading.device_id!r}: {error}") from error
    if len(_HEAD) + len(encoded) + len(_TAIL) > MAX_BODY_BYTES:
        raise InvalidReading(
            f"reading of {reading.device_id!r} is {len(encoded):,} bytes, over 1 MiB"
        )
    return encoded


def _batch(pending: list[tuple[Reading, bytes]]) -> Batch:
    ordered = sorted(pending, key=lambda entry: (entry[0].device_id, entry[0].timestamp_ms))
    body = _HEAD + b",".join(encoded for _, encoded in ordered) + _TAIL
    return Batch(tuple(reading for reading, _ in ordered), body)
