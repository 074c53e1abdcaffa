import json

import pytest
from hypothesis import given
from hypothesis import strategies as st
from samples.readings import START, reading, readings

from edge.pages import MAX_ANSWER_BYTES
from edge.paging import PageTokens
from kernel import exact_json
from readings.metrics import to_metric
from readings.model import Reading
from telemetry.adapters.memory import MemoryRawReadings
from telemetry.ports import Receipt, Span
from telemetry.query import Query, raw_item, read_page
from telemetry.query_http import next_token, resumed
from telemetry.segmenting import cut_into_segments

ALL = Span(START - 86_400_000, START + 86_400_000)
RECEIPT = Receipt(START, "ingest", "request-1")


def stored(*batches):
    raw = MemoryRawReadings()
    for batch in batches:
        raw.append(cut_into_segments(batch, 500), RECEIPT)
    return raw


def pages(raw, query, limit):
    """Every page's items, following the positions to the end."""
    found = []
    while True:
        page = read_page(raw, query, raw_item, limit)
        found.append([exact_json.loads(item) for item in page.items])
        if page.resume_after is None:
            return found
        query = Query(query.device_id, query.span, query.newest_first, page.resume_after)


def identities(items):
    return [(one["timestamp"], digest_of(one["sensor_data"])) for one in items]


def digest_of(sensor_data):
    metrics = {name: to_metric(value) for name, value in sensor_data.items()}
    return Reading.of("a", 0, metrics).digest


@given(st.lists(readings, min_size=1, max_size=4), st.integers(1, 9), st.booleans(), st.booleans())
def test_pages_hold_every_reading_once_and_in_order(batches, limit, newest_first, repeated):
    raw = stored(*batches, *([batches[0][::2]] if repeated else []))
    query = Query("a", ALL, newest_first)
    found = [item for page in pages(raw, query, limit) for item in page]
    expected = {
        (one.timestamp, one.digest) for batch in batches for one in batch if one.device_id == "a"
    }
    assert len(found) == len(expected) == len(set(identities(found)))
    moments = [item["timestamp"] for item in found]
    assert moments == sorted(moments, reverse=newest_first)


@given(st.lists(readings, min_size=1, max_size=3), st.integers(1, 9))
def test_newest_first_is_oldest_first_backwards(batches, limit):
    raw = stored(*batches)
    forth = [item for page in pages(raw, Query("a", ALL), limit) for item in page]
    back = [item for page in pages(raw, Query("a", ALL, True), limit) for item in page]
    assert identities(back) == identities(forth)[::-1]


@given(readings, readings, st.integers(1, 5))
def test_what_is_written_between_pages_repeats_and_hides_nothing(first, later, limit):
    raw = stored(first)
    query = Query("a", ALL)
    page = read_page(raw, query, raw_item, limit)
    raw.append(cut_into_segments(later, 500), RECEIPT)
    seen = [exact_json.loads(item) for item in page.items]
    if page.resume_after is not None:
        resumed = Query("a", ALL, False, page.resume_after)
        seen += [item for items in pages(raw, resumed, limit) for item in items]
    assert len(set(identities(seen))) == len(seen)
    first_seen = {(one.timestamp, one.digest) for one in first if one.device_id == "a"}
    assert first_seen <= set(identities(seen))


def test_of_a_reading_sent_again_in_another_batch_the_first_receipt_is_shown():
    raw, sent = MemoryRawReadings(), [reading(timestamp=START + n) for n in range(20)]
    for received_at, size in ((START, 500), (START + 1, 2), (START + 2, 3)):
        raw.append(cut_into_segments(sent, size), Receipt(received_at, "ingest", "request"))
    for newest_first in (False, True):
        (items,) = pages(raw, Query("device-1", ALL, newest_first), 100)
        assert {item["received_at"] for item in items} == {START}


def test_only_readings_of_the_span_are_found():
    raw = stored([reading(timestamp=START + n) for n in range(10)])
    (items,) = pages(raw, Query("device-1", Span(START + 3, START + 7)), 100)
    assert [item["timestamp"] - START for item in items] == [3, 4, 5, 6]


def test_a_page_ends_before_it_grows_too_large_for_lambda():
    raw = stored([reading(timestamp=START + n, text="x" * 90_000) for n in range(60)])
    found = pages(raw, Query("device-1", ALL), 1_000)
    assert [len(page) for page in found] == [44, 16]
    assert all(sum(len(json.dumps(item)) for item in page) < MAX_ANSWER_BYTES for page in found)


def test_a_page_ends_when_too_many_others_lie_between_what_is_kept(monkeypatch):
    monkeypatch.setattr("telemetry.query.MAX_LOOKED_AT", 5)
    raw = stored([reading(timestamp=START + n, n=n) for n in range(12)])
    query, found = Query("device-1", ALL), []
    while True:
        page = read_page(raw, query, raw_item, 100, keep=lambda one: one.metrics["n"] == 11)
        found += page.items
        if page.resume_after is None:
            break
        query = Query("device-1", ALL, False, page.resume_after)
    assert len(found) == 1


def test_a_page_of_quotation_marks_still_fits_lambdas_answer():
    text = '"' * 1_000
    raw = stored(
        [reading(timestamp=START + n, **{f"m{m}": text for m in range(40)}) for n in range(90)]
    )
    page = read_page(raw, Query("device-1", ALL), raw_item, 1_000)
    assert len(json.dumps({"body": "".join(page.items)})) < 6_000_000


def test_a_token_of_an_earlier_version_goes_on_where_its_page_ended():
    sent = [reading(timestamp=START + n * 60_000, n=n) for n in range(40)]
    raw = stored(sent)
    last = sent[7]
    span, after = resumed(f"{ALL.start} {ALL.end} {last.timestamp} {last.digest}", ALL.end)
    (items,) = pages(raw, Query("device-1", span, False, after), 100)
    assert [item["sensor_data"]["n"] for item in items] == list(range(8, 40))


def test_what_a_gateway_has_just_brought_is_found_though_the_page_before_did_not_see_it():
    singles = [reading(timestamp=START + n * 60_000, n=n) for n in range(0, 40, 2)]
    raw = stored(*[[one] for one in singles])
    page = read_page(raw, Query("device-1", ALL), raw_item, 5)
    token = next_token(page, ALL, "fingerprint", PageTokens("secret"))
    late = [reading(timestamp=START + n * 60_000, n=n) for n in range(1, 40, 2)]
    raw.append(cut_into_segments(late, 500), RECEIPT)
    place = PageTokens("secret").open(token, "fingerprint")
    for now, seen in ((START + 40 * 60_000, 31), (START + 3 * 3_600_000, 15)):
        span, after = resumed(place, now)
        (items,) = pages(raw, Query("device-1", span, False, after), 100)
        assert len(items) == seen


@pytest.mark.parametrize("newest_first", [False, True])
def test_a_segment_as_long_as_those_before_is_found_though_it_came_between_pages(newest_first):
    batch = [reading(timestamp=START + n * 60_000, n=n) for n in range(40)]
    late = [reading(timestamp=START + n * 60_000 + 1, n=n) for n in range(40)]
    raw = stored(batch)
    query = Query("device-1", ALL, newest_first)
    page = read_page(raw, query, raw_item, 10)
    raw.append(cut_into_segments(late, 500), RECEIPT)
    rest = Query("device-1", ALL, newest_first, page.resume_after)
    found = [item["timestamp"] for items in pages(raw, rest, 10) for item in items]
    last = exact_json.loads(page.items[-1])["timestamp"]
    expected = {one.timestamp for one in [*batch, *late]}
    beyond = {at for at in expected if (at < last if newest_first else at > last)}
    assert found == sorted(beyond, reverse=newest_first)
