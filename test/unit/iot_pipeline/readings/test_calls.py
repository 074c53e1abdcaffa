"""Readings sent and queried, over a real socket."""

from datetime import UTC, date, datetime
from decimal import Decimal

import pytest

from iot_pipeline import InvalidReading, PipelineClient, UnexpectedAnswer
from iot_pipeline.readings import BatchAccepted, Reading, ReadingAccepted, Reprocessed
from iot_pipeline.testing import InMemoryPipeline, Response

DEVICE = "5e:44:3b@lab ü"
EXACT = Decimal("0.0056825985719608325")


def test_one_reading_is_sent_and_read_back_exactly(client: PipelineClient) -> None:
    assert client.readings.send(Reading(DEVICE, {"co": EXACT}, 5)) == ReadingAccepted(DEVICE, 5)
    (item,) = client.readings.query(DEVICE, start=0, end=10)
    assert item["co"] == EXACT


def test_many_readings_are_one_request(client: PipelineClient, pipeline: InMemoryPipeline) -> None:
    answer = client.readings.send_batch([Reading("d", {"n": n}, n) for n in range(1_000)])
    assert answer == BatchAccepted(1_000, "in-memory")
    assert len(pipeline.requests) == 1


@pytest.mark.parametrize("count", [0, 1_001])
def test_what_does_not_fit_into_one_request_is_refused(client: PipelineClient, count: int) -> None:
    with pytest.raises(InvalidReading, match="use send"):
        client.readings.send_batch(Reading("d", {"n": n}, n) for n in range(count))


def test_a_query_fetches_pages_as_they_are_needed(
    client: PipelineClient, pipeline: InMemoryPipeline
) -> None:
    client.readings.send_stream(Reading("d", {"n": n}, n) for n in range(25))
    pipeline.requests.clear()
    items = client.readings.query("d", start=0, end=100, page_size=10)
    assert [next(items)["n"] for _ in range(10)] == list(range(10))
    assert len(pipeline.requests) == 1
    assert [item["n"] for item in items] == list(range(10, 25))
    assert len(pipeline.requests) == 3


def test_a_query_says_what_it_is_asked(client: PipelineClient, pipeline: InMemoryPipeline) -> None:
    day = client.readings.query(
        "d", event_date=date(2020, 7, 13), table="raw", order="desc", page_size=5
    )
    assert list(day) == []
    moment = datetime(2020, 7, 13, tzinfo=UTC)
    assert list(client.readings.query("d", start=moment, end="2020-07-14T02:00:00+02:00")) == []
    first, second = (call.query for call in pipeline.requests)
    assert first == {
        "device_id": "d",
        "event_date": "2020-07-13",
        "table": "raw",
        "order": "desc",
        "limit": "5",
    }
    assert (second["start"], second["end"]) == ("1594598400000", "1594684800000")


def test_pages_that_do_not_get_on_are_an_error(
    client: PipelineClient, pipeline: InMemoryPipeline
) -> None:
    pipeline.upcoming += [Response.json(200, {"count": 0, "items": [], "next_token": "same"})] * 2
    with pytest.raises(UnexpectedAnswer, match="page token"):
        list(client.readings.query("d"))


def test_process_goes_on_until_the_range_is_finished(
    client: PipelineClient, pipeline: InMemoryPipeline
) -> None:
    answer = {"message": "Processing started", "device_id": "d", "enqueued": 4}
    pipeline.upcoming += [
        Response.json(202, {**answer, "next_start": 50}),
        Response.json(202, answer),
    ]
    assert client.readings.reprocess("d", 0, 100, dry_run=True) == Reprocessed(
        "d", enqueued=8, requests=2
    )
    assert [call.content() for call in pipeline.requests] == [
        {"device_id": "d", "start": 0, "end": 100, "dry_run": True},
        {"device_id": "d", "start": 50, "end": 100, "dry_run": True},
    ]


def test_process_that_does_not_get_on_is_an_error(
    client: PipelineClient, pipeline: InMemoryPipeline
) -> None:
    answer = {"message": "Processing started", "device_id": "d", "enqueued": 4, "next_start": 0}
    pipeline.upcoming += [Response.json(202, answer)]
    with pytest.raises(UnexpectedAnswer, match="does not get on"):
        client.readings.reprocess("d", 0, 100)
