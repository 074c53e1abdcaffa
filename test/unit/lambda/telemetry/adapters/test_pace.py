"""What pages of a table cost: how often it is asked, and for how many segments."""

import pytest
from samples.readings import START, reading

from kernel.clock import DAY_MS, SECOND_MS
from telemetry.ports import Receipt, Span
from telemetry.query import Query, raw_item, read_page
from telemetry.segmenting import cut_into_segments

RECEIPT = Receipt(START, "ingest", "request-1")
DAY = Span(START, START + DAY_MS)


@pytest.fixture
def pages(raw_table, overhear):
    """By page of a day with so many readings, sent in batches: how many segments each call asks."""

    def read(how_many, a_batch, limit, *, newest_first=False):
        sent = [reading(timestamp=START + n * 10 * SECOND_MS, n=n) for n in range(how_many)]
        for first in range(0, how_many, a_batch):
            raw_table.append(cut_into_segments(sent[first : first + a_batch], 500), RECEIPT)
        heard = overhear("dynamodb", "Query")
        query, asked, found = Query("device-1", DAY, newest_first), [], []
        while True:
            page = read_page(raw_table, query, raw_item, limit)
            asked.append([parameters["Limit"] for parameters in heard])
            heard.clear()
            found += page.items
            if page.resume_after is None:
                assert len(set(found)) == how_many
                return asked
            query = Query("device-1", DAY, newest_first, page.resume_after)

    return read


def test_a_page_of_singles_reads_about_as_many_as_it_shows(pages):
    first, *others, _ = pages(500, 1, 100)
    assert sum(first) == 101
    assert all(len(calls) <= 2 and sum(calls) <= 110 for calls in others)


def test_a_page_of_batches_reads_the_batches_that_it_shows(pages):
    assert pages(700, 100, 100) == [[3]] * 7


def test_the_newest_page_of_singles_reads_one_hour_more_than_it_shows(pages):
    first, second, *_ = pages(1_000, 1, 100, newest_first=True)
    # Six a minute: what begins an hour earlier may reach as far.
    assert 460 <= sum(first) <= 480
    assert len(first) == 3
    assert len(second) == 1


def test_a_long_read_takes_few_calls(pages):
    (calls,) = pages(900, 1, 1_000)
    assert len(calls) <= 2
