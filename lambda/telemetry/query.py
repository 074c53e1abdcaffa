"""Queries: stored segments merged into one strict order, every reading once, page by page."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from heapq import heappop, heappush
from itertools import count
from typing import Any

from edge.pages import Page, page_of
from kernel.clock import day_of
from readings.model import MAX_SEGMENT_SPAN_MS, Position, Reading
from telemetry.ports import Segments, Span, StoredSegment

# A page that few readings qualify for ends rather than keep its caller waiting.
MAX_LOOKED_AT = 50_000


@dataclass(frozen=True, slots=True)
class Query:
    """One device's readings of a span, strictly `after` a position if one is given."""

    device_id: str
    span: Span
    newest_first: bool = False
    after: Position | None = None


Placed = tuple[Position, Reading, StoredSegment]
Render = Callable[[Reading, StoredSegment], dict[str, Any]]
Keep = Callable[[Reading], bool]


def read_page(
    segments: Segments, query: Query, render: Render, limit: int, keep: Keep = lambda _: True
) -> Page[Position]:
    """The first `limit` readings of a query that are to be kept.

    They are fewer where an answer cannot hold so many, or if too many others lie between them.
    """
    found = (
        (position, render(reading, stored) if keep(reading) else None)
        for position, reading, stored in ordered_readings(segments, query)
    )
    return page_of(found, limit, MAX_LOOKED_AT)


def ordered_readings(segments: Segments, query: Query) -> Iterator[Placed]:
    """Readings in strict order of position, each once, however segments overlap or repeat."""
    sign = -1 if query.newest_first else 1
    waiting: list[tuple[int, int, int, int, Placed]] = []
    arrival = count()
    last = query.after

    def due(bound: int | None) -> Iterator[Placed]:
        nonlocal last
        while waiting and (bound is None or waiting[0][0] < sign * bound):
            placed = heappop(waiting)[-1]
            if placed[0] != last:
                last = placed[0]
                yield placed

    for stored in segments.read(
        query.device_id, _remaining(query), newest_first=query.newest_first
    ):
        # No segment still to come holds a reading on this side of the bound.
        first = stored.segment.first
        yield from due(first + MAX_SEGMENT_SPAN_MS if query.newest_first else first)
        for reading in stored.segment.readings:
            position = reading.position
            if _wanted(position, query):
                rank = (sign * position.timestamp, sign * int(position.digest, 16))
                placed = (position, reading, stored)
                # Of a reading that was sent again in another batch, what arrived first is shown.
                heappush(waiting, (*rank, stored.received_at, next(arrival), placed))
    yield from due(None)


def _remaining(query: Query) -> Span:
    if query.after is None:
        return query.span
    if query.newest_first:
        return Span(query.span.start, min(query.span.end, query.after.timestamp + 1))
    return Span(max(query.span.start, query.after.timestamp), query.span.end)


def _wanted(position: Position, query: Query) -> bool:
    if not query.span.start <= position.timestamp < query.span.end:
        return False
    if query.after is None:
        return True
    return position < query.after if query.newest_first else position > query.after


def processed_item(reading: Reading, stored: StoredSegment) -> dict[str, Any]:
    """A processed reading as callers see it: flat, with every metric beside its description."""
    return {
        "device_id": reading.device_id,
        "event_date": day_of(reading.timestamp),
        "timestamp": reading.timestamp,
        **reading.metrics,
        **stored.shown,
    }


def raw_item(reading: Reading, stored: StoredSegment) -> dict[str, Any]:
    """A raw reading as callers see it: what was sent, and when and how it came in."""
    return {
        "device_id": reading.device_id,
        "timestamp": reading.timestamp,
        "sensor_data": reading.metrics,
        "received_at": stored.shown["received_at"],
        "source": stored.shown["source"],
    }
