"""What packing saves and costs: segments of many readings against one item a reading.

Run it from the project's root, with a file of readings or without (then they are made up):

    PYTHONPATH=.:lambda .venv/bin/python test/bench/segments.py [FILE]

Both ways run in turn, several times, on the same readings; quote the ratio, not the times.
"""

import json
import sys
import time
from collections.abc import Callable, Sequence
from decimal import Decimal
from math import ceil, cos
from statistics import median

from iot_pipeline.cli.readings.files.mapping import Wanted
from iot_pipeline.cli.readings.files.readings import reading_file
from kernel import exact_json
from readings.model import Reading
from telemetry.adapters.dynamodb import raw_table_item
from telemetry.ports import Receipt
from telemetry.segmenting import cut_into_segments

ROUNDS = 5
MADE_UP = 20_000
REQUEST = 1_000
WRITE_UNIT_BYTES = 1_024
START = 1_763_683_200_000
RECEIPT = Receipt(START, "ingest", "00000000-0000-0000-0000-000000000000")


def made_up() -> list[Reading]:
    """Readings of one device, one a second."""
    return [
        Reading.of(
            "device-1",
            START + n * 1_000,
            {
                "temperature": exact_json.canonical(Decimal(f"{20 + 5 * cos(n / 900):.2f}")),
                "humidity": Decimal(40 + n % 21),
                "door_open": n % 97 == 0,
            },
        )
        for n in range(MADE_UP)
    ]


def of_file(path: str) -> list[Reading]:
    """The readings of a file."""

    def refuse(line: int, reason: str) -> None:
        sys.exit(f"{path}, line {line}: {reason}")

    with reading_file(path, Wanted()) as file:
        return [
            Reading.of(
                one.device_id,
                one.timestamp_ms,
                {
                    name: value if isinstance(value, (bool, str)) else exact_json.canonical(value)
                    for name, value in one.sensor_data.items()
                },
            )
            for one in file.readings(refuse)
        ]


def stored(readings: Sequence[Reading], most: int) -> tuple[int, int, int]:
    """Items, bytes and write units of the raw table, request by request."""
    sizes = [
        item_bytes(raw_table_item(segment, RECEIPT))
        for start in range(0, len(readings), REQUEST)
        for segment in cut_into_segments(readings[start : start + REQUEST], most)
    ]
    return len(sizes), sum(sizes), sum(ceil(size / WRITE_UNIT_BYTES) for size in sizes)


def item_bytes(item: dict[str, dict[str, object]]) -> int:
    """About what DynamoDB counts: names and values, numbers at two digits a byte."""
    total = 0
    for name, attribute in item.items():
        ((kind, value),) = attribute.items()
        total += len(name)
        if kind == "N":
            total += len(str(value)) // 2 + 1
        elif kind == "M":
            assert isinstance(value, dict)
            total += 3 + len(value) + item_bytes(value)
        elif kind == "BOOL":
            total += 1
        else:
            assert isinstance(value, (str, bytes))
            total += len(value)
    return total


def seconds(act: Callable[[], object]) -> float:
    """How long it takes."""
    started = time.perf_counter()
    act()
    return time.perf_counter() - started


def main() -> None:
    """Print both ways side by side."""
    readings = of_file(sys.argv[1]) if len(sys.argv) > 1 else made_up()
    ways = {"one item a reading": 1, "packed segments": 500}
    times: dict[str, list[float]] = {name: [] for name in ways}
    for _ in range(ROUNDS):
        for name, most in ways.items():
            times[name].append(seconds(lambda most=most: stored(readings, most)))  # type: ignore[misc]
    results = {name: stored(readings, most) for name, most in ways.items()}
    print(f"{len(readings):,} readings in requests of {REQUEST:,}")  # noqa: T201
    for name, (items, size, units) in results.items():
        spent = median(times[name])
        print(  # noqa: T201
            f"{name:>20}: {items:>7,} items {size:>12,} bytes {units:>7,} write units "
            f"{1e6 * spent / len(readings):>6.1f} µs a reading"
        )
    (_, flat_size, flat_units), (_, packed_size, packed_units) = results.values()
    flat_time, packed_time = (median(spent) for spent in times.values())
    ratios = {
        "bytes": packed_size / flat_size,
        "write units": packed_units / flat_units,
        "time": packed_time / flat_time,
    }
    print("packed / flat: " + json.dumps({name: round(r, 4) for name, r in ratios.items()}))  # noqa: T201


if __name__ == "__main__":
    main()
