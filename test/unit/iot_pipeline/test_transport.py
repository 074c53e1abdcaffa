"""Requests over a real socket: signed, compressed and repeated."""

import socket
from http import HTTPStatus

import pytest
from botocore.credentials import Credentials

from iot_pipeline import (
    Misconfigured,
    NotAuthorized,
    NotFound,
    PipelineClient,
    RetryPolicy,
    Throttled,
    Unavailable,
    UnexpectedAnswer,
    ValidationFailed,
)
from iot_pipeline.readings import Reading
from iot_pipeline.testing import InMemoryPipeline, LoopbackApi, Response
from iot_pipeline.transport import COMPRESSED_FROM_BYTES

READING = Reading("5e:44:3b@lab", {"temp": 21}, 1_594_598_735_773)


def test_a_small_body_goes_as_it_is(client: PipelineClient, pipeline: InMemoryPipeline) -> None:
    client.readings.send(READING)
    assert "content-encoding" not in pipeline.requests[0].headers
    assert pipeline.requests[0].headers["content-type"] == "application/json"


def test_a_large_body_is_compressed(client: PipelineClient, pipeline: InMemoryPipeline) -> None:
    client.readings.send(Reading("pump", {"text": "x" * COMPRESSED_FROM_BYTES}, 1))
    assert pipeline.requests[0].headers["content-encoding"] == "gzip"
    assert len(pipeline.requests[0].body) < 200


@pytest.mark.parametrize("status", [429, 500, 502, 503, 504])
def test_what_may_succeed_later_is_repeated(
    client: PipelineClient, pipeline: InMemoryPipeline, waits: list[float], status: int
) -> None:
    pipeline.upcoming += [Response(status, b""), Response(status, b"")]
    assert client.health().status == "ok"
    assert waits == [0.1, 0.2]


@pytest.mark.parametrize("status", [400, 401, 403, 404, 405, 409, 413, 422])
def test_a_refusal_is_never_repeated(
    client: PipelineClient, pipeline: InMemoryPipeline, waits: list[float], status: int
) -> None:
    pipeline.upcoming += [Response.error(status, "REFUSED", "No.")]
    with pytest.raises(Exception, match=r"No\.") as caught:
        client.readings.send(READING)
    assert caught.value.status == status  # type: ignore[attr-defined]
    assert (len(pipeline.requests), waits) == (1, [])


def test_a_repeat_is_the_same_reading(client: PipelineClient, pipeline: InMemoryPipeline) -> None:
    pipeline.upcoming += [Response(503, b"")]
    client.readings.send(Reading("pump", {"temp": 1}))
    first, second = pipeline.requests
    assert first.body == second.body
    assert len(pipeline.readings()) == 1


@pytest.mark.parametrize(("status", "lost"), [(503, True), (500, True), (429, False)])
def test_a_refusal_tells_whether_an_earlier_attempt_may_have_succeeded(
    client: PipelineClient, pipeline: InMemoryPipeline, status: int, lost: bool
) -> None:
    refusal = Response.error(404, "NOT_FOUND", "There is no such thing.")
    pipeline.upcoming += [Response(status, b""), refusal, refusal]
    for answer_was_lost in (lost, False):
        with pytest.raises(NotFound) as caught:
            client.health()
        assert caught.value.answer_was_lost is answer_was_lost


def test_retry_after_is_obeyed(
    client: PipelineClient, pipeline: InMemoryPipeline, waits: list[float]
) -> None:
    pipeline.upcoming += [Response.error(429, "THROTTLED", "Slow down.", Retry_After="7")]
    client.health()
    assert waits == [7.1]


def test_the_attempts_have_an_end(
    client: PipelineClient, pipeline: InMemoryPipeline, waits: list[float]
) -> None:
    pipeline.upcoming += [Response.error(429, "THROTTLED", "Slow down.")] * 9
    with pytest.raises(Throttled, match="Slow down") as caught:
        client.health()
    assert (len(pipeline.requests), len(waits)) == (4, 3)
    assert caught.value.__notes__ == ["gave up after 4 attempts"]


def test_a_connection_that_is_refused_is_tried_again(credentials: Credentials) -> None:
    with socket.socket() as bound:
        # Bound but not listening: nobody else can take the port meanwhile.
        bound.bind(("127.0.0.1", 0))
        waits: list[float] = []
        client = PipelineClient(
            f"http://127.0.0.1:{bound.getsockname()[1]}/prod",
            credentials=credentials,
            region="us-east-1",
            retry=RetryPolicy(max_attempts=3, sleep=waits.append),
        )
        with client, pytest.raises(Unavailable, match=r"no connection: 127\.0\.0\.1"):
            client.health()
    assert len(waits) == 2


def test_a_server_that_does_not_answer_in_time_is_tried_again(credentials: Credentials) -> None:
    with socket.create_server(("127.0.0.1", 0)) as silent:
        waits: list[float] = []
        client = PipelineClient(
            f"http://127.0.0.1:{silent.getsockname()[1]}/prod",
            credentials=credentials,
            region="us-east-1",
            timeout_seconds=0.05,
            retry=RetryPolicy(max_attempts=2, sleep=waits.append),
        )
        with client, pytest.raises(Unavailable, match="no answer in time"):
            client.health()
    assert len(waits) == 1


def test_a_certificate_that_is_not_trusted_is_not_tried_again(api: LoopbackApi) -> None:
    waits: list[float] = []
    client = PipelineClient(
        # The server does not speak TLS at all, which fails in the same place.
        api.endpoint.replace("http:", "https:"),
        credentials=Credentials("key", "secret"),
        region="us-east-1",
        retry=RetryPolicy(sleep=waits.append),
    )
    with client, pytest.raises(Misconfigured, match="cannot talk to"):
        client.health()
    assert waits == []


def test_a_redirect_is_not_followed(client: PipelineClient, pipeline: InMemoryPipeline) -> None:
    pipeline.upcoming += [Response(302, b"", {"Location": "/prod/health"})]
    with pytest.raises(UnexpectedAnswer) as caught:
        client.health()
    assert caught.value.status == HTTPStatus.FOUND
    assert len(pipeline.requests) == 1


def test_a_page_instead_of_json_is_an_error(
    client: PipelineClient, pipeline: InMemoryPipeline
) -> None:
    pipeline.upcoming += [Response(200, b"<html>Sign in to the hotel's network</html>")]
    with pytest.raises(UnexpectedAnswer, match="is the endpoint right"):
        client.health()


def test_the_api_key_goes_along_with_every_request(
    api: LoopbackApi, credentials: Credentials
) -> None:
    with PipelineClient(
        api.endpoint, credentials=credentials, region="eu-central-1", api_key="k-1"
    ) as client:
        client.health()
    assert api.pipeline.requests[0].headers["x-api-key"] == "k-1"


def test_a_wrong_secret_is_refused_and_not_repeated(api: LoopbackApi) -> None:
    wrong = Credentials("AKIDEXAMPLE", "another secret", "a/session+token==")
    with (
        PipelineClient(api.endpoint, credentials=wrong, region="eu-central-1") as client,
        pytest.raises(NotAuthorized, match="signature"),
    ):
        client.health()


def test_faults_reach_the_caller(client: PipelineClient, pipeline: InMemoryPipeline) -> None:
    error = {"code": "VALIDATION_ERROR", "message": "No.", "requestId": "r"}
    details = [{"path": "device_id", "message": "is empty"}]
    pipeline.upcoming += [Response.json(400, {"error": {**error, "details": details}})]
    with pytest.raises(ValidationFailed) as caught:
        client.readings.send(READING)
    assert [(fault.path, fault.message) for fault in caught.value.details] == [
        ("device_id", "is empty")
    ]
