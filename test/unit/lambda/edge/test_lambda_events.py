"""What Lambda really hands over, and leaves out, is understood."""

import copy

import pytest
from samples.invocations import Invocation
from samples.lambda_events import captured

from edge.adapters.memory import MemoryDeadLetters, MemoryRedelivery
from edge.http import json_answer, serve
from edge.queue import Intake, consume
from kernel.errors import Throttled

API_CALLS = ["api_call", "api_call_by_a_role", "api_call_with_nothing"]


def paths_to_nulls(value, path=()):
    """Where a captured event has a null, and where all that is beside it has none."""
    for name, member in value.items():
        if isinstance(member, dict) and member:
            yield from paths_to_nulls(member, (*path, name))
        elif member is None:
            yield (*path, name)


NULL_SOMETIMES = sorted({path for name in API_CALLS for path in paths_to_nulls(captured(name))})


def answered(event):
    """Status of an answer, and the request as its handler saw it."""
    seen = []

    def handle(request):
        seen.append(request)
        return json_answer(200, {})

    route = f"{event['httpMethod']} {event['resource']}"
    answer = serve(event, Invocation(), {route: handle}, lambda _request: None)
    return answer["statusCode"], *seen


def test_a_signed_call_is_read_whole():
    status, request = answered(captured("api_call"))
    assert status == 200
    assert (request.method, request.route) == ("POST", "/ingest")
    assert request.headers["content-type"] == "application/json"
    assert request.body.startswith(b'{"device_id": "device-1"')
    assert request.principal.id == "arn:aws:iam::123456789012:user/writer"
    assert request.request_id == captured("api_call")["requestContext"]["requestId"]


def test_a_call_by_a_role_is_its_roles_whatever_the_session_and_repeats_are_seen():
    _, request = answered(captured("api_call_by_a_role"))
    assert request.principal.id == "arn:aws:sts::123456789012:assumed-role/reader"
    assert request.path_parameters == {"device_id": "device 1"}
    assert request.query == {"limit": ["2"], "type": ["temperature", "humidity"]}


def test_a_call_with_nothing_that_may_be_left_out_is_answered():
    status, request = answered(captured("api_call_with_nothing"))
    assert status == 200
    assert (request.headers, request.query, request.path_parameters) == ({}, {}, {})
    assert (request.body, request.principal.id) == (b"", "")


@pytest.mark.parametrize("name", API_CALLS)
@pytest.mark.parametrize("path", NULL_SOMETIMES, ids=".".join)
def test_whatever_is_null_sometimes_may_be_null_in_every_call(name, path):
    event = holder = copy.deepcopy(captured(name))
    for step in path[:-1]:
        holder = holder[step]
    holder[path[-1]] = None
    assert answered(event)[0] == 200


def test_every_message_of_a_batch_is_read_and_put_off_as_often_as_it_came():
    batch, handled, redelivery = captured("queue_batch"), [], MemoryRedelivery()

    def handle(body):
        handled.append(body)
        raise Throttled("busy")

    intake = Intake("process", MemoryDeadLetters(), redelivery)
    outcome = consume(batch, handle, intake, lambda: False)
    assert handled == ["first", "second", "redriven"]
    ids = [record["messageId"] for record in batch["Records"]]
    assert outcome.to_lambda() == {"batchItemFailures": [{"itemIdentifier": id_} for id_ in ids]}
    first, second, _ = (redelivery.waits[record["receiptHandle"]] for record in batch["Records"])
    assert first <= 5
    assert 10 <= second <= 20


@pytest.mark.parametrize("name", ["schedule", "invocation", "queue_batch"])
def test_what_is_no_call_of_the_api_fails_so_that_its_failure_is_kept(name):
    with pytest.raises(KeyError):
        serve(captured(name), Invocation(), {}, lambda _request: None)


@pytest.mark.parametrize("name", ["schedule", "invocation", "api_call"])
def test_what_is_no_batch_fails_so_that_its_failure_is_kept(name):
    intake = Intake("process", MemoryDeadLetters(), MemoryRedelivery())
    with pytest.raises(KeyError):
        consume(captured(name), lambda _body: None, intake, lambda: False)
