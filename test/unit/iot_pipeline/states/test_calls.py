"""Device states sent, and their counts, over a real socket."""

from datetime import UTC, date, datetime

import pytest

from iot_pipeline import InvalidReading, PipelineClient, UnexpectedAnswer, ValidationFailed
from iot_pipeline.states import DeviceState, StateCount
from iot_pipeline.testing import InMemoryPipeline, Response

DAY = "2023-06-16"
NOON_MS = 1_686_916_800_000
STATES = [
    DeviceState("phone", "erasure failed", NOON_MS),
    DeviceState("laptop", "erased", NOON_MS),
    DeviceState("laptop", "erased", NOON_MS),
]


def test_states_are_one_request_and_counted(
    client: PipelineClient, pipeline: InMemoryPipeline
) -> None:
    accepted = client.states.send_batch(iter(STATES))
    assert accepted.enqueued == 3
    assert accepted.raw_key.startswith("raw/")
    assert len(pipeline.requests) == 1
    assert client.states.stats(DAY) == [
        StateCount(DAY, "laptop", "erased", 2),
        StateCount(DAY, "phone", "erasure failed", 1),
    ]


def test_a_repeat_after_a_lost_answer_counts_once(
    client: PipelineClient, pipeline: InMemoryPipeline
) -> None:
    client.states.send_batch(STATES)
    pipeline.upcoming.append(Response(503, b""))
    client.states.send_batch(STATES)
    assert sum(one.count for one in client.states.stats(DAY)) == 3


def test_five_thousand_states_are_one_request(client: PipelineClient) -> None:
    states = [DeviceState("server", "erased", NOON_MS + n) for n in range(5_000)]
    assert client.states.send_batch(states).enqueued == 5_000


@pytest.mark.parametrize("count", [0, 5_001])
def test_what_no_request_can_hold_is_refused_before_it_is_sent(
    client: PipelineClient, pipeline: InMemoryPipeline, count: int
) -> None:
    with pytest.raises(InvalidReading, match=f"not {count:,}"):
        client.states.send_batch(STATES[:1] * count)
    assert pipeline.requests == []


def test_the_counts_of_a_day_are_whole_however_many_pages_they_take(
    client: PipelineClient, pipeline: InMemoryPipeline
) -> None:
    client.states.send_batch(DeviceState(f"{n:04}", "erased", NOON_MS) for n in range(250))
    pipeline.requests.clear()
    assert [one.type for one in client.states.stats(DAY)] == [f"{n:04}" for n in range(250)]
    assert [dict(call.query) for call in pipeline.requests] == [
        {"date": DAY},
        {"date": DAY, "next_token": "100"},
        {"date": DAY, "next_token": "200"},
    ]


def test_pages_of_counts_that_do_not_get_on_are_unexpected(
    client: PipelineClient, pipeline: InMemoryPipeline
) -> None:
    pipeline.upcoming += [Response.json(200, [], X_Next_Token="same")] * 2
    with pytest.raises(UnexpectedAnswer, match="page token"):
        client.states.stats(DAY)


@pytest.mark.parametrize("day", [date(2023, 6, 16), datetime(2023, 6, 16, 9, tzinfo=UTC), DAY])
def test_a_day_is_a_date_or_its_text(
    client: PipelineClient, pipeline: InMemoryPipeline, day: date | str
) -> None:
    client.states.stats(day)
    assert pipeline.requests[0].query == {"date": DAY}


def test_without_a_day_the_api_decides_which_is_today(
    client: PipelineClient, pipeline: InMemoryPipeline
) -> None:
    assert client.states.stats() == []
    client.states.stats_page()
    assert [dict(call.query) for call in pipeline.requests] == [{}, {}]


def test_the_page_comes_with_the_headers_that_protect_it(
    client: PipelineClient, pipeline: InMemoryPipeline
) -> None:
    client.states.send_batch([DeviceState("<b>", "erased ü", NOON_MS)])
    page = client.states.stats_page(DAY)
    assert "&lt;b&gt;" in page.html
    assert "erased ü" in page.html
    assert page.headers["content-security-policy"].startswith("default-src 'none'")
    assert pipeline.requests[1].headers["accept"] == "text/html"


@pytest.mark.parametrize("body", [b"{}", b"[1]", b"<html>"])
def test_counts_that_are_no_list_of_objects_are_unexpected(
    client: PipelineClient, pipeline: InMemoryPipeline, body: bytes
) -> None:
    pipeline.upcoming.append(Response(200, body))
    with pytest.raises(UnexpectedAnswer):
        client.states.stats()


def test_a_refused_page_is_the_error_that_it_stands_for(
    client: PipelineClient, pipeline: InMemoryPipeline
) -> None:
    pipeline.upcoming.append(Response.error(400, "VALIDATION_ERROR", "No such day."))
    with pytest.raises(ValidationFailed, match="No such day"):
        client.states.stats_page("2023-02-30")
