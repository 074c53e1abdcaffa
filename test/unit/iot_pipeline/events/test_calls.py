"""Events sent and listed, over a real socket."""

from decimal import Decimal

from iot_pipeline import PipelineClient
from iot_pipeline.events import Event, EventsAccepted, StoredEvent
from iot_pipeline.testing import InMemoryPipeline

DEVICE = "5e:44/3b@lab ü"
EXACT = Decimal("0.0056825985719608325")


def test_an_event_is_sent_and_listed_exactly(
    client: PipelineClient, pipeline: InMemoryPipeline
) -> None:
    assert client.events.send(Event(DEVICE, "co", EXACT, 5)) == EventsAccepted(1, "in-memory")
    assert list(client.events.list(DEVICE)) == [StoredEvent(DEVICE, "co", EXACT, 5, 5, "in-memory")]
    assert pipeline.requests[1].path == "/devices/5e%3A44%2F3b%40lab%20%C3%BC/events"


def test_many_events_are_one_request(client: PipelineClient, pipeline: InMemoryPipeline) -> None:
    accepted = client.events.send_batch(Event("d", "n", n, n) for n in range(1_000))
    assert accepted == EventsAccepted(1_000, "in-memory")
    assert len(pipeline.requests) == 1


def test_events_come_in_pages_in_the_order_and_of_the_type_that_is_asked_for(
    client: PipelineClient, pipeline: InMemoryPipeline
) -> None:
    client.events.send_batch(Event("d", "n", n, n) for n in range(25))
    client.events.send(Event("d", "door", False, 7))
    pipeline.requests.clear()
    found = client.events.list("d", type="n", start=3, end=23, order="desc", page_size=8)
    assert [event.value for event in found] == list(range(22, 2, -1))
    assert len(pipeline.requests) == 3
    assert pipeline.requests[0].query == {
        "type": "n",
        "start": "3",
        "end": "23",
        "order": "desc",
        "limit": "8",
    }
