"""Queries: stored segments merged into one strict order, every reading once, page by page."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from edge.pages import Page, page_of
from kernel import exact_json
from kernel.clock import day_of
from readings.model import MAX_SEGMENT_SPAN_MS, Position, Reading
from telemetry.merging import Merge
from telemetry.ports import Need, Segments, Span, StoredSegment

# A page that few readings qualify for ends rather than keep its caller waiting.
MAX_LOOKED_AT = 50_000
# A text for what follows a full page, which `page_of` takes notice of and does not show.
_NOT_SHOWN = ""


@dataclass(frozen=True, slots=True)
class Cursor:
    """Where a page ended, and what it saw that spares the next one reading too much.

    longest_ms: of the segments it saw that reach beyond the position, none spans more. segments:
    how many the next page is likely to look at; None if that is not known.
    """

    position: Position
    longest_ms: int = MAX_SEGMENT_SPAN_MS
    segments: int | None = None


@dataclass(frozen=True, slots=True)
class Query:
    """One device's readings of a span, strictly `after` a page that ended if one is given."""

    device_id: str
    span: Span
    newest_first: bool = False
    after: Cursor | None = None


Render = Callable[[Reading, StoredSegment], str]
"""A reading as callers see it, already written as JSON."""
Keep = Callable[[Reading], bool]


def read_page(
    segments: Segments, query: Query, render: Render, limit: int, keep: Keep = lambda _: True
) -> Page[Cursor]:
    """The first `limit` readings of a query that are to be kept.

    They are fewer where an answer cannot hold so many, or if too many others lie between them.
    """
    span, after = _remaining(query), query.after
    # One more tells whether another page follows.
    need = Need(limit + 1)
    if after is not None:
        # Newest first, segments of any length may come that no page has seen yet.
        longest_ms = MAX_SEGMENT_SPAN_MS if query.newest_first else after.longest_ms
        need = Need(limit + 1, after.segments, longest_ms)
    merge = Merge(
        segments.read(query.device_id, span, newest_first=query.newest_first, need=need),
        span,
        newest_first=query.newest_first,
        after=None if after is None else after.position,
    )
    page = page_of(_found(merge, render, limit, keep), limit, MAX_LOOKED_AT)
    if page.resume_after is None:
        return Page(page.items, None)
    # The next page looks at the segment of the last reading once more.
    again = 1 if after is None else 0
    position = page.resume_after.position
    return Page(page.items, Cursor(position, merge.longest_ms, merge.segments + again))


def _found(
    merge: Merge, render: Render, limit: int, keep: Keep
) -> Iterator[tuple[Reading, str | None]]:
    """What is looked at, as `page_of` takes it: None for what is not to be kept."""
    for reading, stored in merge:
        wanted = keep(reading)
        yield reading, render(reading, stored) if wanted else None
        limit -= wanted
        if wanted and limit == 0:
            # The page is full. That another follows is certain as soon as one reading is known.
            yield from ((more, _NOT_SHOWN) for more in merge.known() if keep(more))


def _remaining(query: Query) -> Span:
    if query.after is None:
        return query.span
    if query.newest_first:
        return Span(query.span.start, min(query.span.end, query.after.position.timestamp + 1))
    return Span(max(query.span.start, query.after.position.timestamp), query.span.end)


def processed_item(reading: Reading, stored: StoredSegment) -> str:
    """A processed reading as callers see it: flat, with every metric beside its description."""
    described = {
        "device_id": reading.device_id,
        "event_date": day_of(reading.timestamp),
        "timestamp": reading.timestamp,
    }
    # The metrics are written already.
    parts = exact_json.dumps(described), reading.text, exact_json.dumps(stored.shown)
    return f"{{{','.join([part[1:-1] for part in parts if part != '{}'])}}}"


def raw_item(reading: Reading, stored: StoredSegment) -> str:
    """A raw reading as callers see it: what was sent, and when and how it came in."""
    dumps, shown = exact_json.dumps, stored.shown
    return (
        f'{{"device_id":{dumps(reading.device_id)},"timestamp":{reading.timestamp},'
        f'"sensor_data":{reading.text},"received_at":{dumps(shown["received_at"])},'
        f'"source":{dumps(shown["source"])}}}'
    )
