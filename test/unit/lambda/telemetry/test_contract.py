import json

import pytest
from hypothesis import given
from samples import readings as samples
from samples.api_calls import api_call
from samples.api_schemas import faults, operations

from edge.contract import EXAMPLE_MOMENT, EXAMPLE_REQUEST_ID
from edge.http import Request
from edge.idempotency import Attempt
from edge.paging import PageTokens
from kernel import exact_json
from kernel.errors import Invalid
from readings.metrics import RESERVED_NAMES
from telemetry.adapters.memory import MemoryProcessedReadings, MemoryRawReadings, MemoryReadingQueue
from telemetry.contract import EVENTS, READINGS
from telemetry.event_query_http import event_item, found_events, parse_event_query
from telemetry.events_http import events_accepted, parse_events
from telemetry.http import parse_ingest, readings_accepted, reprocessed
from telemetry.ingest import Ingest
from telemetry.process import Process
from telemetry.query import processed_item, raw_item, read_page
from telemetry.query_http import parse_query, queried
from telemetry.reprocess import Reprocess
from telemetry.requests import parse_reprocess

NOW = Attempt("digest", EXAMPLE_REQUEST_ID, EXAMPLE_MOMENT, keyed=False)
TOKENS = PageTokens("secret")
PARSE = {
    "POST /ingest": lambda body: parse_ingest(body, NOW),
    "POST /events": lambda body: parse_events(body, NOW),
    "POST /process": parse_reprocess,
}
ANSWER = {"POST /ingest": readings_accepted, "POST /events": events_accepted}
DESCRIBED = {one.route: one for part in (READINGS, EVENTS) for one in part.endpoints}
EXCHANGES = [
    pytest.param(route, exchange, id=f"{route} {exchange.name}")
    for route, operation in DESCRIBED.items()
    for exchange in operation.exchanges
]


@pytest.fixture
def raw():
    """Raw readings: those of the examples that send one."""
    return MemoryRawReadings()


@pytest.fixture
def processed(raw):
    """The readings of the examples that send one, stored and processed."""
    table, queue = MemoryProcessedReadings(), MemoryReadingQueue()
    ingest = Ingest(raw, queue)
    for route in ("POST /ingest", "POST /events"):
        arrived = PARSE[route](sent(DESCRIBED[route].exchanges[0].body))
        ingest(arrived.submission, 500)
    process = Process(table, MemoryReadingQueue(), lambda: EXAMPLE_MOMENT)
    process(queue.messages)
    return table


def sent(body):
    return json.dumps(body).encode()


def answer_of(route, exchange, raw, processed):
    if route in ("POST /ingest", "POST /events"):
        return ANSWER[route](PARSE[route](sent(exchange.body)))
    if route == "POST /process":
        asked = parse_reprocess(sent(exchange.body))
        reprocess = Reprocess(raw, MemoryReadingQueue())
        return reprocessed(asked, reprocess(asked, EXAMPLE_REQUEST_ID, lambda: False))
    event = api_call(route, query=exchange.query)
    event["pathParameters"] = {"device_id": "D1"}
    request = Request.of(event)
    if route == "GET /query":
        asked = parse_query(request, EXAMPLE_MOMENT, TOKENS)
        segments, render = {"raw": (raw, raw_item), "processed": (processed, processed_item)}[
            asked.table
        ]
        return queried(asked, read_page(segments, asked.query, render, asked.limit), TOKENS)
    asked = parse_event_query(request, EXAMPLE_MOMENT, TOKENS)
    page = read_page(raw, asked.query, event_item, asked.limit, keep=asked.wants)
    return found_events(asked, page, TOKENS)


@pytest.mark.parametrize(("route", "exchange"), EXCHANGES)
def test_an_example_is_answered_as_it_stands_there(route, exchange, raw, processed):
    answer = answer_of(route, exchange, raw, processed)
    assert (answer.status, json.loads(answer.body)) == (DESCRIBED[route].status, exchange.answer)


READING = {"device_id": "d", "sensor_data": {"m": 1}}
EVENT = {"device_id": "d", "type": "m", "value": 1, "ts": 1}
SPAN = {"device_id": "d", "start": 1, "end": 2}
GOOD = [
    ("POST /ingest", READING),
    ("POST /ingest", {**READING, "timestamp": "2025-11-21T00:00:00+01:00"}),
    ("POST /ingest", {"readings": [READING] * 1_000}),
    ("POST /ingest", {**READING, "device_id": "x" * 128}),
    ("POST /ingest", {**READING, "sensor_data": {f"m{n}": n for n in range(64)}}),
    ("POST /ingest", {**READING, "sensor_data": {"m": "x" * 1_024}}),
    ("POST /ingest", {**READING, "sensor_data": {"m": "a\U0001f600\u00e9\u2028"}}),
    ("POST /ingest", {**READING, "sensor_data": {"m" * 64: 9.9e125}}),
    ("POST /ingest", {**READING, "sensor_data": {"m": 1e-130, "n": -1e-130, "zero": 0.0}}),
    ("POST /ingest", {**READING, "timestamp": 60.0}),
    ("POST /events", {**EVENT, "ts": 1e3}),
    ("POST /events", {**EVENT, "value": False}),
    ("POST /events", {"events": [EVENT] * 1_000}),
    ("POST /process", {**SPAN, "dry_run": True}),
]
BAD = [
    ("POST /ingest", []),
    ("POST /ingest", {}),
    ("POST /ingest", {**READING, "more": 1}),
    ("POST /ingest", {**READING, "device_id": "a b"}),
    ("POST /ingest", {**READING, "device_id": ""}),
    ("POST /ingest", {**READING, "device_id": "x" * 129}),
    ("POST /ingest", {**READING, "timestamp": 1.5}),
    ("POST /ingest", {**READING, "timestamp": None}),
    ("POST /ingest", {**READING, "timestamp": -1}),
    ("POST /ingest", {**READING, "timestamp": 10**13}),
    ("POST /ingest", {**READING, "sensor_data": {}}),
    ("POST /ingest", {**READING, "sensor_data": {f"m{n}": n for n in range(65)}}),
    ("POST /ingest", {**READING, "sensor_data": {"m": None}}),
    ("POST /ingest", {**READING, "sensor_data": {"m": [1]}}),
    ("POST /ingest", {**READING, "sensor_data": {"m": "x" * 1_025}}),
    ("POST /ingest", {**READING, "sensor_data": {"m": "a\u0000"}}),
    ("POST /ingest", {**READING, "sensor_data": {"m": "\u007f"}}),
    ("POST /ingest", {**READING, "sensor_data": {"m": "\u009f"}}),
    ("POST /ingest", {**READING, "sensor_data": {"m": 1e126}}),
    ("POST /ingest", {**READING, "sensor_data": {"m": -1e126}}),
    ("POST /ingest", {**READING, "sensor_data": {"m": 9.9e-131}}),
    ("POST /ingest", {**READING, "sensor_data": {"m": -1e-200}}),
    ("POST /ingest", {**READING, "sensor_data": {"m" * 65: 1}}),
    ("POST /ingest", {**READING, "sensor_data": {"1m": 1}}),
    ("POST /ingest", {"readings": []}),
    ("POST /ingest", {"readings": [READING] * 1_001}),
    ("POST /ingest", {"readings": [READING], "device_id": "d"}),
    ("POST /events", {**EVENT, "value": None}),
    ("POST /events", {**EVENT, "type": 5}),
    ("POST /events", {name: EVENT[name] for name in ("device_id", "type", "value")}),
    ("POST /events", {"events": [EVENT] * 1_001}),
    ("POST /process", {"device_id": "d", "start": 1}),
    ("POST /process", {**SPAN, "dry_run": "yes"}),
    ("POST /process", {**SPAN, "more": 1}),
    *[("POST /ingest", {**READING, "sensor_data": {name: 1}}) for name in sorted(RESERVED_NAMES)],
]


def schema_faults(route, body):
    return faults(operations()[route]["requestBody"]["content"]["application/json"]["schema"], body)


@pytest.mark.parametrize(("route", "body"), GOOD)
def test_what_the_schema_takes_the_parser_takes(route, body):
    assert schema_faults(route, body) == []
    PARSE[route](sent(body))


@pytest.mark.parametrize(("route", "body"), BAD)
def test_what_the_schema_refuses_the_parser_refuses(route, body):
    assert schema_faults(route, body)
    with pytest.raises(Invalid):
        PARSE[route](sent(body))


@given(samples.metrics)
def test_every_reading_that_is_taken_fits_the_schema(metrics):
    body = f'{{"device_id":"d","sensor_data":{exact_json.dumps(metrics)}}}'
    PARSE["POST /ingest"](body.encode())
    assert schema_faults("POST /ingest", json.loads(body)) == []
