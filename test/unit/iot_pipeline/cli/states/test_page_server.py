"""The page for a browser, over real sockets on both sides."""

import threading
from collections.abc import Iterator

import pytest
import requests
from botocore.credentials import Credentials

from iot_pipeline import PipelineClient, RetryPolicy
from iot_pipeline.cli.states.page_server import StatsPageServer
from iot_pipeline.states import DeviceState
from iot_pipeline.testing import LoopbackApi, Response

LIMIT_SECONDS = 10
NOON_MS = 1_686_916_800_000


@pytest.fixture
def client(api: LoopbackApi) -> Iterator[PipelineClient]:
    with PipelineClient(
        api.endpoint,
        credentials=Credentials("AKIDEXAMPLE", "the/secret+key"),
        region="eu-central-1",
        retry=RetryPolicy(max_attempts=1),
    ) as client:
        client.states.send_batch([DeviceState("laptop", "erased", NOON_MS)])
        api.pipeline.requests.clear()
        yield client


@pytest.fixture
def server(client: PipelineClient) -> Iterator[StatsPageServer]:
    with StatsPageServer(client, idle_seconds=0.5) as server:
        thread = threading.Thread(target=server.serve)
        thread.start()
        yield server
        thread.join(LIMIT_SECONDS)
        # Nobody asked any more: it has ended by itself.
        assert not thread.is_alive()


def test_the_page_of_a_day_is_signed_and_passed_on_with_its_headers(
    server: StatsPageServer,
) -> None:
    answer = requests.get(server.url, params={"date": "2023-06-16"}, timeout=LIMIT_SECONDS)
    assert answer.status_code == 200
    assert "<td>laptop<td>erased<td>1" in answer.text
    assert answer.headers["Content-Type"] == "text/html; charset=utf-8"
    assert answer.headers["Content-Security-Policy"].startswith("default-src 'none'")
    assert answer.headers["Referrer-Policy"] == "no-referrer"
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert answer.headers["Cache-Control"] == "no-store"


def test_without_a_date_it_is_the_page_of_today(server: StatsPageServer, api: LoopbackApi) -> None:
    assert requests.get(server.url, timeout=LIMIT_SECONDS).status_code == 200
    assert [dict(call.query) for call in api.pipeline.requests] == [{}]


@pytest.mark.parametrize("path", ["/", "/favicon.ico", "/ünknown/?date=2023-06-16"])
def test_without_the_secret_path_there_is_nothing(
    server: StatsPageServer, api: LoopbackApi, path: str
) -> None:
    answer = requests.get(f"http://{server.host}{path}", timeout=LIMIT_SECONDS)
    assert answer.status_code == 404
    assert api.pipeline.requests == []


@pytest.mark.parametrize("host", ["rebound.example", "localhost", "127.0.0.1"])
def test_another_host_is_not_served(server: StatsPageServer, api: LoopbackApi, host: str) -> None:
    answer = requests.get(server.url, headers={"Host": host}, timeout=LIMIT_SECONDS)
    assert answer.status_code == 421
    assert api.pipeline.requests == []


@pytest.mark.parametrize(("status", "shown"), [(400, 400), (403, 403), (503, 503), (599, 502)])
def test_an_error_is_a_plain_page_with_its_status(
    server: StatsPageServer, api: LoopbackApi, status: int, shown: int
) -> None:
    api.pipeline.upcoming.append(Response.error(status, "REFUSED", "<b>No.</b>"))
    answer = requests.get(server.url, timeout=LIMIT_SECONDS)
    assert answer.status_code == shown
    assert "&lt;b&gt;No.&lt;/b&gt; (REFUSED" in answer.text
    assert answer.headers["Content-Security-Policy"] == (
        "default-src 'none'; frame-ancestors 'none'"
    )


def test_an_answer_that_is_no_page_is_a_bad_gateway(
    server: StatsPageServer, api: LoopbackApi
) -> None:
    api.pipeline.upcoming.append(Response(200, b"{}"))
    assert requests.get(server.url, timeout=LIMIT_SECONDS).status_code == 502


def test_each_server_has_a_path_of_its_own(client: PipelineClient) -> None:
    with (
        StatsPageServer(client, idle_seconds=1) as one,
        StatsPageServer(client, idle_seconds=1) as other,
    ):
        assert one.path != other.path
        assert len(one.path) > 40
