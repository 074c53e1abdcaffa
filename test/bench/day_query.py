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
from bench.units import item_bytes, read_units
from moto import mock_aws
from samples.api_calls import api_call
from samples.invocations import Invocation
from samples.stack import AwsInMemory

import kernel.aws
from edge.container import Container, Function
from edge.pages import DEFAULT_LIMIT
from functions.telemetry import query
from kernel import exact_json
from kernel.clock import SECOND_MS
from readings.model import Reading, with_derived_metrics
from telemetry.adapters.dynamodb import DynamoDbProcessedReadings
from telemetry.segmenting import MAX_SEGMENT_READINGS, cut_into_segments

Thing = TypeVar("Thing")

EVERY_MS = 10 * SECOND_MS
READINGS = 8_640
DEVICE = "device-1"
REQUESTS = (1, 100, 1_000)
_PARAMETERS = {"api_key": "unset", "page_token_key": "0" * 64}


@dataclass(frozen=True)
class DayQuery:
    """Read units of the whole day, whose readings came so many in a request.

    flat_units: those of the same pages, were each reading an item and none read in vain.
    """

    a_request: int
    pages: int
    units: float
    flat_units: float

    @property
    def ratio(self) -> float:
        """How many times fewer units than with one item a reading."""
        return self.flat_units / self.units


def measure(source: Source) -> Iterator[DayQuery]:
    """Query the day with pages of the default limit, as it came in requests of several sizes."""
    readings, flat_units = _day(source), 0.0
    for a_request in REQUESTS:
        pages, units, sizes = _queried(readings, a_request)
        if a_request == 1:
            flat_units = sum(
                read_units(sum(page), consistent=False) for page in _cut(sizes, DEFAULT_LIMIT)
            )
        yield DayQuery(a_request, pages, units, flat_units)


def units_a_reading(source: Source, readings: int) -> float:
    """Read units of a reading where the day has so many, sent in requests of a hundred."""
    _, units, _ = _queried(_day(source)[:readings], 100)
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


def _queried(readings: Sequence[Reading], a_request: int) -> tuple[int, float, list[int]]:
    """Pages, read units and bytes of items; raises RuntimeError when not every reading is found."""
    kernel.aws.client.cache_clear()
    with mock_aws(), contextlib.redirect_stdout(io.StringIO()):
        stack = AwsInMemory(kernel.aws.client, _PARAMETERS)
        environment: Mapping[str, str] = stack.environment("functions.telemetry.query")
        aside = boto3.client("dynamodb")
        table = DynamoDbProcessedReadings(aside, environment["PROCESSED_TABLE"])
        for part in _cut(readings, max(a_request, 100)):
            most = min(a_request, MAX_SEGMENT_READINGS)
            table.append(cut_into_segments(part, most), RECEIVED_AT_MS, RECEIVED_AT_MS)
        scanned = aside.get_paginator("scan").paginate(TableName=environment["PROCESSED_TABLE"])
        sizes = [item_bytes(item) for page in scanned for item in page["Items"]]
        meter = Meter(kernel.aws.client("dynamodb"), aside)
        handle = query.build(Container(environment, kernel.aws.client, lambda: RECEIVED_AT_MS))
        counts = list(_pages(handle))
    kernel.aws.client.cache_clear()
    if sum(counts) != len(readings):
        raise RuntimeError(f"{sum(counts)} readings were found, not {len(readings)}.")
    return len(counts), sum(meter.read.values()), sizes


def _pages(handle: Function) -> Iterator[int]:
    """How many readings each page has."""
    asked: dict[str, Any] = {"device_id": DEVICE, "event_date": "2025-11-21"}
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
