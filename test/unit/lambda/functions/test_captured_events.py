"""Every function on the events that Lambda really hands it, and on those of others."""

from importlib import import_module

import pytest
from samples.lambda_events import captured, queue_batch

from api_document.endpoints import ENDPOINTS
from functions.alerting import evaluate, sweep
from functions.service import openapi
from functions.states import count, recount
from functions.telemetry import ingest, process, query
from kernel.errors import Invalid
from lib.packaging import function_modules
from lib.settings import PROJECT_ROOT

CONSUMERS = (process, evaluate, count)
ANSWERING = sorted({endpoint.function for endpoint in ENDPOINTS.values()})


def test_a_captured_call_is_taken_in_and_its_message_processed(pipeline):
    assert pipeline.invoke(ingest, captured("api_call"))["statusCode"] == 200
    (message,) = pipeline.messages()
    answer = pipeline.invoke(process, queue_batch(message["Body"]))
    assert answer == {"batchItemFailures": []}
    (item,) = pipeline.items(device_id="device-1", event_date="2025-11-21")
    assert item["temperature_celsius"] == 25


def test_a_captured_call_by_a_role_names_what_was_given_twice(pipeline):
    event = captured("api_call_by_a_role")
    answer = pipeline.invoke(query, event)
    assert answer["statusCode"] == 400
    assert '"path":"type"' in answer["body"]


@pytest.mark.parametrize("function", [query, openapi], ids=["health", "openapi"])
def test_a_call_with_nothing_that_may_be_left_out_is_answered(pipeline, function):
    event = captured("api_call_with_nothing")
    if function is openapi:
        event["resource"] = event["path"] = "/openapi.json"
    assert pipeline.invoke(function, event)["statusCode"] == 200


@pytest.mark.parametrize("function", CONSUMERS, ids=["process", "evaluate", "count"])
def test_each_consumer_reads_captured_messages_and_buries_what_is_none_of_its_own(
    pipeline, function
):
    queue = {process: "ingestion", evaluate: "evaluation", count: "states"}[function]
    assert pipeline.invoke(function, captured("queue_batch")) == {"batchItemFailures": []}
    letters = [letter["Body"] for letter in pipeline.dead_letters(queue)]
    assert sorted(letters) == ["first", "redriven", "second"]


def test_the_sweep_runs_by_the_clock(pipeline):
    assert pipeline.invoke(sweep, captured("schedule")) is None


def test_a_recount_is_answered_to_whoever_invoked_it(pipeline):
    answer = pipeline.invoke(recount, captured("invocation"))
    assert (answer["date"], answer["submissions"], answer["repaired"]) == ("2025-11-21", 0, False)


@pytest.mark.parametrize("name", ["schedule", "queue_batch", "api_call"])
def test_a_recount_refuses_what_no_operator_asked_for(pipeline, name):
    with pytest.raises(Invalid):
        pipeline.invoke(recount, captured(name))


@pytest.mark.parametrize("module", ANSWERING)
@pytest.mark.parametrize("name", ["schedule", "queue_batch", "invocation"])
def test_a_function_of_the_api_fails_at_what_is_no_call(pipeline, module, name):
    with pytest.raises(KeyError):
        pipeline.invoke(import_module(f"functions.{module}"), captured(name))


@pytest.mark.parametrize("function", CONSUMERS, ids=["process", "evaluate", "count"])
@pytest.mark.parametrize("name", ["schedule", "api_call", "invocation"])
def test_a_consumer_fails_at_what_is_no_batch(pipeline, function, name):
    with pytest.raises(KeyError):
        pipeline.invoke(function, captured(name))


def test_every_function_is_among_them():
    consumers = [module.__name__.removeprefix("functions.") for module in CONSUMERS]
    tried = [*ANSWERING, *consumers, "alerting.sweep", "states.recount"]
    assert sorted(tried) == sorted(function_modules(PROJECT_ROOT / "lambda"))
