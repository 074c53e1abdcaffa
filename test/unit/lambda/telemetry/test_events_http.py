import json

import pytest
from samples.api_calls import api_call
from samples.readings import START, reading

from edge.http import Request
from edge.idempotency import Attempt
from edge.paging import PageTokens
from kernel.errors import Invalid
from telemetry.adapters.memory import MemoryRawReadings
from telemetry.event_query_http import event_item, found_events, parse_event_query
from telemetry.events_http import events_accepted, parse_events
from telemetry.ports import Receipt
from telemetry.query import read_page
from telemetry.segmenting import cut_into_segments

NOW = Attempt("digest", "request-1", START, keyed=False)
TOKENS = PageTokens("secret")


def event(**changes):
    return {"device_id": "D1", "type": "temperature", "value": 61.2, "ts": START, **changes}


def faults_of(body):
    with pytest.raises(Invalid) as refused:
        parse_events(json.dumps(body).encode(), NOW)
    return {fault.path for fault in refused.value.faults}


def test_one_event_is_a_reading_with_one_metric():
    arrived = parse_events(json.dumps(event()).encode(), NOW)
    submission, answer = arrived.submission, events_accepted(arrived)
    (kept,) = submission.readings
    assert (kept.device_id, kept.timestamp, kept.text) == ("D1", START, '{"temperature":61.2}')
    assert submission.receipt.source == "events"
    assert (answer.status, json.loads(answer.body)) == (
        202,
        {
            "message": "Event accepted",
            "request_id": "request-1",
            "device_id": "D1",
            "ts": START,
        },
    )


def test_many_events_are_counted():
    body = json.dumps({"events": [event(), event(type="humidity", value=True)]}).encode()
    answer = events_accepted(parse_events(body, NOW))
    assert json.loads(answer.body) == {
        "message": "Event accepted",
        "request_id": "request-1",
        "accepted": 2,
    }


@pytest.mark.parametrize(
    ("body", "paths"),
    [
        ({}, {"device_id", "type", "value", "ts"}),
        ({"type": "status", "value": None}, {"device_id", "ts", "type", "value"}),
        (event(type="a-b"), {"type"}),
        (event(type=7), {"type"}),
        (event(value=[]), {"value"}),
        (event(ts="soon", device_id="a b", colour="red"), {"ts", "device_id", "colour"}),
        ({"events": []}, {"events"}),
        ({"events": [event()] * 1_001}, {"events"}),
        ({"events": [event(), 5, event(value=None)]}, {"events[1]", "events[2].value"}),
    ],
)
def test_every_fault_of_an_event_is_named(body, paths):
    assert faults_of(body) == paths


class Device:
    """A device's readings, asked for as events."""

    def __init__(self, *readings):
        self.raw = MemoryRawReadings()
        receipt = Receipt(START + 5, "events", "request-1")
        self.raw.append(cut_into_segments(readings, 500), receipt)

    def events(self, **parameters):
        call = api_call("GET /devices/{device_id}/events", query=parameters)
        call["pathParameters"] = {"device_id": "device%2D1"}
        asked = parse_event_query(Request.of(call), START, TOKENS)
        page = read_page(self.raw, asked.query, event_item, asked.limit, keep=asked.wants)
        return json.loads(found_events(asked, page, TOKENS).body)


def test_events_are_shown_with_when_and_how_they_came():
    found = Device(reading(temperature=21)).events()
    assert found == {
        "device_id": "device-1",
        "count": 1,
        "events": [
            {
                "type": "temperature",
                "value": 21,
                "ts": START,
                "ingested_at": START + 5,
                "request_id": "request-1",
            }
        ],
    }


def test_readings_with_several_metrics_are_no_events():
    device = Device(reading(a=1, b=2), reading(timestamp=START + 1, a=1))
    assert [one["ts"] for one in device.events()["events"]] == [START + 1]


def test_events_of_one_type_are_found_in_either_order():
    device = Device(
        *(reading(timestamp=START + n, **{"odd" if n % 2 else "even": n}) for n in range(6))
    )
    assert [one["value"] for one in device.events(type="odd")["events"]] == [1, 3, 5]
    newest = device.events(type="odd", order="desc", limit="2")
    assert [one["value"] for one in newest["events"]] == [5, 3]
    rest = device.events(type="odd", order="desc", limit="2", next_token=newest["next_token"])
    assert [one["value"] for one in rest["events"]] == [1]


def test_a_token_is_good_for_its_own_type_only():
    device = Device(*(reading(timestamp=START + n, a=n) for n in range(3)))
    token = device.events(limit="1")["next_token"]
    with pytest.raises(Invalid):
        device.events(type="a", next_token=token)


@pytest.mark.parametrize(
    "parameters",
    [
        {"start": "x"},
        {"start": "2", "end": "2"},
        {"limit": "0"},
        {"order": "up"},
        {"colour": "red"},
    ],
)
def test_a_query_for_events_that_cannot_be_is_refused(parameters):
    with pytest.raises(Invalid):
        Device().events(**parameters)
