"""The pipeline in memory behaves as the contract says, as far as callers' tests need it."""

from decimal import Decimal

import pytest

from iot_pipeline import NotFound, Throttled
from iot_pipeline.events import Event
from iot_pipeline.readings import Reading
from iot_pipeline.testing import InMemoryPipeline, Response, in_memory_client

READING = Reading("pump", {"temperature": Decimal("21.5"), "running": True}, 1_594_598_735_773)


def test_a_repeated_reading_is_stored_once() -> None:
    pipeline = InMemoryPipeline()
    client = in_memory_client(pipeline)
    client.readings.send(READING)
    client.readings.send_batch([READING])
    assert pipeline.readings() == [READING.as_request()]


def test_a_processed_item_is_flat_and_has_both_temperatures() -> None:
    client = in_memory_client(InMemoryPipeline())
    client.readings.send(READING)
    (item,) = client.readings.query("pump", event_date="2020-07-13")
    assert item["running"] is True
    assert item["temperature_celsius"] == Decimal("21.5")
    assert item["temperature_fahrenheit"] == Decimal("70.7")
    assert (item["status"], item["event_date"]) == ("processed", "2020-07-13")


def test_a_raw_item_is_what_was_sent() -> None:
    client = in_memory_client(InMemoryPipeline())
    client.readings.send(READING)
    (item,) = client.readings.query("pump", event_date="2020-07-13", table="raw")
    assert item["sensor_data"] == {"temperature": Decimal("21.5"), "running": True}


def test_items_come_in_the_order_that_is_asked_for() -> None:
    client = in_memory_client(InMemoryPipeline())
    client.readings.send_stream(Reading("pump", {"n": n}, n) for n in (3, 1, 2))
    items = client.readings.query("pump", start=0, end=10, order="desc")
    assert [item["n"] for item in items] == [3, 2, 1]


def test_only_what_is_there_is_processed_again() -> None:
    client = in_memory_client(InMemoryPipeline())
    client.readings.send(READING)
    assert client.readings.reprocess("pump", 0, READING.timestamp_ms).enqueued == 0
    assert client.readings.reprocess("pump", 0, READING.timestamp_ms + 1).enqueued == 1


def test_upcoming_answers_are_given_first_and_retried_without_waiting() -> None:
    pipeline = InMemoryPipeline()
    client = in_memory_client(pipeline, api_key="k-1")
    pipeline.upcoming += [Response.error(429, "THROTTLED", "Slow down.", Retry_After="5")] * 8
    with pytest.raises(Throttled):
        client.health()
    assert client.health().status == "ok"
    assert pipeline.requests[0].headers["x-api-key"] == "k-1"


def test_an_unknown_path_is_not_found() -> None:
    pipeline = InMemoryPipeline()
    pipeline.upcoming += [Response.error(404, "NOT_FOUND", "There is no such path.")]
    with pytest.raises(NotFound):
        in_memory_client(pipeline).health()


def test_an_event_is_a_reading_with_one_metric() -> None:
    client = in_memory_client(InMemoryPipeline())
    client.readings.send_batch([READING, Reading("pump", {"door": True}, 7)])
    client.events.send(Event("pump", "door", False, 8))
    assert [(event.type, event.value) for event in client.events.list("pump")] == [
        ("door", True),
        ("door", False),
    ]
    assert [item["door"] for item in client.readings.query("pump", start=0, end=9)] == [True, False]
