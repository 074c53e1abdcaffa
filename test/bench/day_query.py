"""What it costs to query a day of one device, a reading every ten seconds, page by page.

The real handlers run on an AWS in memory; read units are metered on their client.
"""

import contextlib
import io
import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, TypeVar

import boto3
from bench.bodies import DAY_START_MS, RECEIVED_AT_MS, Source
from bench.metering import Meter
from bench.transport import CannedAws
from bench.units import read_units
from moto import mock_aws
from samples.api_calls import api_call
from samples.invocations import Invocation
from samples.stack import AwsInMemory

import kernel.aws
from edge.container import Container, Function
from edge.pages import DEFAULT_LIMIT, MAX_LIMIT
from functions.telemetry import query
from kernel import exact_json
from kernel.clock import SECOND_MS
from readings.model import Reading, with_derived_metrics
from telemetry.adapters.dynamodb import DynamoDbProcessedReadings
from telemetry.ports import Arrival
from telemetry.segmenting import MAX_SEGMENT_READINGS, cut_into_segments

Thing = TypeVar("Thing")

EVERY_MS = 10 * SECOND_MS
READINGS = 8_640
DEVICE = "device-1"
REQUESTS = (100, 1_000)
LIMITS = (DEFAULT_LIMIT, MAX_LIMIT)
_PARAMETERS = {"api_key": "unset", "page_token_key": "0" * 64}


@dataclass(frozen=True)
class DayQuery:
    """Read units of the whole day, whose readings came so many in a request.

    limit: how many a page may have. flat_units: those of the same pages, were each reading an item
    and none read in vain.
    """

    a_request: int
    limit: int
    pages: int
    units: float
    flat_units: float

    @property
    def ratio(self) -> float:
        """How many times fewer units than with one item a reading."""
        return self.flat_units / self.units


def measure(source: Source) -> Iterator[DayQuery]:
    """Query the day page by page, as it came in requests of several sizes."""
    readings = _day(source)
    sizes = _flat_bytes(readings)
    for limit in LIMITS:
        flat = sum(read_units(sum(page), consistent=False) for page in _cut(sizes, limit))
        for a_request in REQUESTS:
            pages, units = _queried(readings, a_request, limit)
            yield DayQuery(a_request, limit, pages, units, flat)


def units_a_reading(source: Source, readings: int) -> float:
    """Read units of a reading where the day has so many, sent in requests of a hundred."""
    _, units = _queried(_day(source)[:readings], 100, DEFAULT_LIMIT)
    return units / readings


def _day(source: Source) -> list[Reading]:
    metrics = [exact_json.loads(json.dumps(metrics)) for _, metrics in source.rows[:READINGS]]
    return [
        with_derived_metrics(
            Reading.of(
                DEVICE,
                DAY_START_MS + n * EVERY_MS,
                {
                    name: value if isinstance(value, bool) else exact_json.canonical(value)
                    for name, value in one.items()
                },
            )
        )
        for n, one in enumerate(metrics)
    ]


def _queried(readings: Sequence[Reading], a_request: int, limit: int) -> tuple[int, float]:
    """Pages and read units; raises RuntimeError when not every reading is found."""
    kernel.aws.client.cache_clear()
    with mock_aws(), contextlib.redirect_stdout(io.StringIO()):
        stack = AwsInMemory(kernel.aws.client, _PARAMETERS)
        environment: Mapping[str, str] = stack.environment("functions.telemetry.query")
        aside = boto3.client("dynamodb")
        table = DynamoDbProcessedReadings(aside, environment["PROCESSED_TABLE"])
        for part in _cut(readings, a_request):
            segments = cut_into_segments(part, MAX_SEGMENT_READINGS)
            table.append([Arrival(one, RECEIVED_AT_MS) for one in segments], RECEIVED_AT_MS)
        meter = Meter(kernel.aws.client("dynamodb"), aside)
        handle = query.build(Container(environment, kernel.aws.client, lambda: RECEIVED_AT_MS))
        counts = list(_pages(handle, limit))
    kernel.aws.client.cache_clear()
    if sum(counts) != len(readings):
        raise RuntimeError(f"{sum(counts)} readings were found, not {len(readings)}.")
    return len(counts), sum(meter.read.values())


def _flat_bytes(readings: Sequence[Reading]) -> list[int]:
    """What each reading takes as an item of its own, as the pipeline keeps what comes alone."""
    aws = CannedAws()
    table = DynamoDbProcessedReadings(aws.serve(boto3.client("dynamodb")), "processed")
    singles = cut_into_segments(readings, 1)
    table.append([Arrival(one, RECEIVED_AT_MS) for one in singles], RECEIVED_AT_MS)
    return aws.put


def _pages(handle: Function, limit: int) -> Iterator[int]:
    """How many readings each page has."""
    asked: dict[str, Any] = {"device_id": DEVICE, "event_date": "2025-11-21", "limit": str(limit)}
    while True:
        answer = handle(api_call("GET /query", query=asked), Invocation())
        page = json.loads(answer["body"])
        yield len(page["items"])
        if "next_token" not in page:
            return
        asked["next_token"] = page["next_token"]


def _cut(things: Sequence[Thing], size: int) -> Iterator[Sequence[Thing]]:
    for start in range(0, len(things), size):
        yield things[start : start + size]
