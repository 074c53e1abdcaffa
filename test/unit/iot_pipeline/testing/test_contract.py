"""The pipeline in memory, held to the OpenAPI document: whatever it answers, the API may answer."""

import pytest
import requests
from botocore.credentials import Credentials
from samples.contract import operations, request_faults, response_faults, route_of

from iot_pipeline import NotFound, PipelineClient
from iot_pipeline.events import Event
from iot_pipeline.readings import Reading
from iot_pipeline.rules import EVERY_DEVICE, RuleDefinition, Silence, Threshold
from iot_pipeline.states import DeviceState
from iot_pipeline.testing import (
    InMemoryPipeline,
    LoopbackApi,
    Request,
    Response,
    in_memory_client,
)

Exchange = tuple[Request, Response]
NOON_MS = 1_686_916_800_000
HOT = RuleDefinition("pump", Threshold("temperature", ">", 60, 0, 55), "critical", 60, name="hot")


class Recorded(InMemoryPipeline):
    """Takes down what it is asked and what it answers."""

    def __init__(self) -> None:
        super().__init__()
        self.exchanges: list[Exchange] = []

    def answer(self, request: Request) -> Response:
        """Answer as ever."""
        response = super().answer(request)
        self.exchanges.append((request, response))
        return response


def use_everything(client: PipelineClient) -> None:
    """Ask for everything that the client can ask for, with results and without."""
    use_readings(client)
    use_rules_and_alerts(client)
    states = [DeviceState("laptop", "erased", NOON_MS + n) for n in range(120)]
    client.states.send_batch([*states, DeviceState("phone", "lost", NOON_MS)])
    for day in ("2023-06-16", None):
        client.states.stats(day)
        client.states.stats_page(day)
    client.states.send_batch([DeviceState(f"{n:03}", "new", NOON_MS) for n in range(120)])
    client.states.stats("2023-06-16")
    client.health()


def use_readings(client: PipelineClient) -> None:
    """Readings and events."""
    metrics = {"temperature": 21.5, "running": True, "mode": "eco"}
    client.readings.send(Reading("pump", metrics, NOON_MS))
    client.readings.send_batch(Reading("pump", {"temp": n}, NOON_MS + n) for n in range(5))
    client.events.send(Event("pump", "door", True, NOON_MS + 6))
    client.events.send_batch(Event("pump", "door", n % 2 == 0, NOON_MS + n) for n in range(7, 12))
    span = {"start": NOON_MS, "end": NOON_MS + 100}
    for device in ("pump", "nobody"):
        list(client.readings.query(device))
        list(client.readings.query(device, event_date="2023-06-16", table="raw", order="desc"))
        list(client.readings.query(device, **span, page_size=4))
        list(client.events.list(device, page_size=2))
        list(client.events.list(device, type="door", **span, order="desc"))
        for dry_run in (False, True):
            client.readings.reprocess(device, **span, dry_run=dry_run)


def use_rules_and_alerts(client: PipelineClient) -> None:
    """Rules made and replaced, and alerts of theirs."""
    rule = client.rules.create(HOT)
    made = [rule, client.rules.create(RuleDefinition(EVERY_DEVICE, Silence(900, "co")))]
    made.append(client.rules.create(RuleDefinition("pump", Threshold("mode", "==", "dry"))))
    client.events.send_batch(
        Event("pump", "temperature", 50 + n % 2 * 20, NOON_MS + n) for n in range(9)
    )
    list(client.rules.list(page_size=2))
    list(client.rules.list("nobody"))
    client.rules.get(rule.rule_id)
    client.rules.replace(rule.rule_id, RuleDefinition("pump", Silence(60), enabled=False))
    list(client.alerts.list(page_size=2))
    list(client.alerts.list(device_id="pump", rule_id=rule.rule_id, status="resolved", start=0))
    for one in made:
        client.rules.delete(one.rule_id)
    for missing in (
        lambda: client.rules.get("none"),
        lambda: client.rules.replace("none", HOT),
        lambda: client.rules.delete("none"),
    ):
        with pytest.raises(NotFound):
            missing()


@pytest.fixture(scope="module")
def exchanges() -> list[Exchange]:
    """All that the client asks, and what the pipeline in memory answers."""
    pipeline = Recorded()
    use_everything(in_memory_client(pipeline))
    return pipeline.exchanges


def test_whatever_the_client_asks_for_is_answered(exchanges: list[Exchange]) -> None:
    asked = {route_of(request) for request, _ in exchanges}
    succeeded = {route_of(request) for request, response in exchanges if response.status < 400}
    assert succeeded == asked <= operations().keys()
    assert len(asked) >= 14


def test_whatever_the_client_sends_is_in_the_contract(exchanges: list[Exchange]) -> None:
    wrong = [
        (route_of(request), fault) for request, _ in exchanges for fault in request_faults(request)
    ]
    assert wrong == []


def test_whatever_is_answered_is_in_the_contract(exchanges: list[Exchange]) -> None:
    wrong = [
        (route_of(request), fault)
        for request, response in exchanges
        for fault in response_faults(request, response)
    ]
    assert wrong == []


def test_a_list_of_several_pages_is_among_them(exchanges: list[Exchange]) -> None:
    following = {route_of(request) for request, _ in exchanges if "next_token" in request.query}
    assert following == {
        "GET /query",
        "GET /devices/{device_id}/events",
        "GET /rules",
        "GET /alerts",
        "GET /stats",
    }


def test_what_is_no_route_is_answered_as_api_gateway_does() -> None:
    request = Request("POST", "/nowhere", {}, {})
    response = InMemoryPipeline().answer(request)
    # Every route says the same of it.
    assert response_faults(Request("GET", "/health", {}, {}), response) == []


def test_a_wrong_signature_is_answered_as_api_gateway_does() -> None:
    credentials = Credentials("AKIDEXAMPLE", "the/secret+key")
    with LoopbackApi(InMemoryPipeline(), credentials=credentials, region="eu-central-1") as api:
        answer = requests.get(f"{api.endpoint}/health", timeout=10)
    response = Response(answer.status_code, answer.content, answer.headers)
    assert response_faults(Request("GET", "/health", {}, {}), response) == []


QUEUED = {"message": "Processing started", "device_id": "d", "enqueued": 1}


@pytest.mark.parametrize(
    "response",
    [
        Response.json(202, {**QUEUED, "message": "Accepted"}),
        Response.json(202, {**QUEUED, "enqueued": "1"}),
        Response.json(202, {**QUEUED, "more": 1}),
        Response.json(202, QUEUED, X_Next_Token="t"),
        Response.json(200, QUEUED),
        Response(202, b"{}"),
        Response.json(403, {"message": "Forbidden"}),
        Response.error(403, "FORBIDDEN", "No."),
        Response.error(403, "NOT_FOUND", "There is no such rule."),
    ],
)
def test_what_contradicts_the_contract_is_found(response: Response) -> None:
    assert response_faults(Request("POST", "/process", {}, {}), response)
