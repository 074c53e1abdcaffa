"""Cutting readings into segments: what one table item and one queue message hold."""

from collections.abc import Iterable, Iterator

from kernel.clock import DAY_MS
from readings.model import MAX_SEGMENT_SPAN_MS, Reading, Segment

MAX_METRICS = 64
MAX_SEGMENT_READINGS = 500
# A segment must fit a queue message of 200 KB with its envelope, and so must a single reading.
MAX_SEGMENT_BYTES = 160_000
MAX_READING_BYTES = 100_000
# As many as a full segment has, so that readings with metrics of their own do not blow it up.
MAX_SEGMENT_CELLS = MAX_METRICS * MAX_SEGMENT_READINGS


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
            or reading.timestamp // DAY_MS != run[0].timestamp // DAY_MS
        ):
            yield run
            run, names, size = [], set(reading.metrics), 0
        run.append(reading)
        size += len(reading.text)
    if run:
        yield run
