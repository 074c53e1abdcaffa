"""Streams of readings, several requests at a time."""

import threading
from collections.abc import Iterator

import pytest

from iot_pipeline import InvalidReading, PipelineClient, ValidationFailed
from iot_pipeline.readings import Reading, SendReport, SendStopped
from iot_pipeline.readings.batching import Batch
from iot_pipeline.readings.sending import Sending
from iot_pipeline.testing import InMemoryPipeline, Response
from iot_pipeline.transport import Answered

LIMIT_SECONDS = 10


def readings(count: int) -> Iterator[Reading]:
    return (Reading(f"device-{n % 3}", {"n": n}, n) for n in range(count))


def test_a_stream_arrives_whole(client: PipelineClient, pipeline: InMemoryPipeline) -> None:
    report = client.readings.send_stream(readings(2_500))
    assert (report.accepted, report.requests, report.retries) == (2_500, 3, 0)
    assert [reading["sensor_data"]["n"] for reading in pipeline.readings()] == list(range(2_500))


def test_the_report_counts_what_went_over_the_wire(
    client: PipelineClient, pipeline: InMemoryPipeline
) -> None:
    report = client.readings.send_stream(readings(2_500))
    assert report.sent_bytes == sum(len(call.body) for call in pipeline.requests)
    assert report.sent_bytes < report.body_bytes / 5


def test_progress_is_told_after_each_batch(client: PipelineClient) -> None:
    told: list[SendReport] = []
    threads = set()

    def progress(report: SendReport) -> None:
        told.append(report)
        threads.add(threading.current_thread())

    last = client.readings.send_stream(readings(45), on_progress=progress, batch_size=10)
    assert [report.accepted for report in told][-1] == 45
    assert [report.requests for report in told] == [1, 2, 3, 4, 5]
    assert told[-1] == last
    assert threads == {threading.current_thread()}


def test_repeated_requests_are_counted(client: PipelineClient, pipeline: InMemoryPipeline) -> None:
    pipeline.upcoming += [Response(503, b""), Response(429, b"")]
    report = client.readings.send_stream(readings(30), batch_size=10, concurrency=1)
    assert (report.accepted, report.requests, report.retries) == (30, 3, 2)


def test_nothing_to_send_is_no_request(client: PipelineClient, pipeline: InMemoryPipeline) -> None:
    assert client.readings.send_stream([]) == SendReport()
    assert pipeline.requests == []


def test_a_refused_batch_stops_the_stream_and_is_named(
    client: PipelineClient, pipeline: InMemoryPipeline
) -> None:
    accepted = {"accepted": 10, "submission_id": "s"}
    pipeline.upcoming += [
        Response.json(200, accepted),
        Response.error(400, "VALIDATION_ERROR", "No."),
    ]
    with pytest.raises(SendStopped, match=r"stopped after 1?\d+ accepted readings: No\.") as caught:
        client.readings.send_stream(readings(1_000), batch_size=10, concurrency=1)
    assert isinstance(caught.value.__cause__, ValidationFailed)
    assert {reading.timestamp_ms for reading in caught.value.readings} == set(range(10, 20))
    assert len(pipeline.requests) < 6


def test_an_error_of_the_stream_itself_comes_through(
    client: PipelineClient, pipeline: InMemoryPipeline
) -> None:
    def broken() -> Iterator[Reading]:
        yield from readings(10)
        yield Reading("device", {"n": float("nan")}, 1)  # type: ignore[dict-item]

    told: list[SendReport] = []
    with pytest.raises(InvalidReading):
        client.readings.send_stream(broken(), batch_size=10, on_progress=told.append)
    assert len(pipeline.readings()) == 10
    assert [report.accepted for report in told] == [10]


@pytest.mark.parametrize("concurrency", [0, 65])
def test_a_senseless_concurrency_is_refused(client: PipelineClient, concurrency: int) -> None:
    with pytest.raises(ValueError, match="concurrency"):
        client.readings.send_stream([], concurrency=concurrency)


def test_requests_overlap_and_memory_holds_one_batch_more() -> None:
    """All three requests wait for each other: with fewer at a time the barrier would break."""
    together = threading.Barrier(3)
    made = answered = most_held = 0
    lock = threading.Lock()

    def post(_body: bytes) -> Answered:
        nonlocal answered
        together.wait(LIMIT_SECONDS)
        with lock:
            answered += 1
        return Answered({}, 1, 0)

    def made_lazily() -> Iterator[Batch]:
        nonlocal made, most_held
        for _ in range(12):
            with lock:
                made += 1
                most_held = max(most_held, made - answered)
            yield Batch((), b"")

    assert Sending(post).run(made_lazily(), 3).requests == 12
    # Those under way, one waiting, and the one that is being made.
    assert most_held <= 3 + 2
