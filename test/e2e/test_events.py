import pytest
from samples.signed_calls import new_device, now_ms
from samples.waiting import wait_until


def test_an_event_is_accepted_shown_and_queried(writer, reader):
    device, at = new_device(), now_ms()
    sent = {"device_id": device, "type": "temperature", "value": 61.2, "ts": at}
    answer = writer.call("POST", "/events", sent)
    accepted = answer.json()
    assert (answer.status_code, accepted["message"], accepted["ts"]) == (202, "Event accepted", at)
    events = reader.call("GET", f"/devices/{device}/events").json()
    assert events["count"] == 1
    (event,) = events["events"]
    assert (event["type"], event["value"], event["ts"]) == ("temperature", 61.2, at)
    assert event["request_id"] == accepted["request_id"]
    (item,) = wait_until(lambda: reader.items(f"device_id={device}"))
    assert item["temperature_fahrenheit"] == 142.16


def test_the_same_event_twice_is_stored_once(writer, reader):
    device, at = new_device(), now_ms()
    sent = {
        "events": [
            {"device_id": device, "type": "door", "value": True, "ts": at - n} for n in (1, 2)
        ]
    }
    for _ in range(2):
        answer = writer.call("POST", "/events", sent)
        assert (answer.status_code, answer.json()["accepted"]) == (202, 2)
    assert writer.call("POST", "/events", sent["events"][0]).status_code == 202
    assert reader.call("GET", f"/devices/{device}/events").json()["count"] == 2


def test_device_ids_with_colons_have_events_too(writer, reader):
    device = f"5e:44:3b@{new_device()}"
    writer.call("POST", "/events", {"device_id": device, "type": "x", "value": 1, "ts": now_ms()})
    path = "/devices/" + device.replace(":", "%3A").replace("@", "%40") + "/events"
    assert reader.call("GET", path).json()["count"] == 1


@pytest.mark.parametrize(("caller", "route"), [("reader", "POST"), ("writer", "GET")])
def test_events_keep_to_the_callers_policies(request, caller, route):
    path = "/events" if route == "POST" else "/devices/a/events"
    assert request.getfixturevalue(caller).call(route, path, {}).status_code == 403


def test_an_event_that_cannot_be_is_refused_by_name(writer):
    answer = writer.call("POST", "/events", {"device_id": "a b", "type": "status", "value": None})
    assert answer.status_code == 400
    paths = {fault["path"] for fault in answer.json()["error"]["details"]}
    assert paths == {"device_id", "type", "value", "ts"}
