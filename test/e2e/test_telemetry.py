import contextlib
import gzip
import json
import select
import socket
import ssl
from concurrent.futures import ThreadPoolExecutor
from decimal import Decimal
from urllib.parse import urlencode, urlsplit

import pytest
from samples.signed_calls import new_device, now_ms
from samples.waiting import wait_until


def test_one_reading_is_taken_processed_and_found(writer, reader):
    device, at = new_device(), now_ms()
    sent = {"temperature": 25.5, "humidity": 60, "pressure": 1013}
    answer = writer.call(
        "POST", "/ingest", {"device_id": device, "sensor_data": sent, "timestamp": at}
    )
    assert (answer.status_code, answer.json()) == (
        200,
        {"message": "Data ingested successfully", "device_id": device, "timestamp": at},
    )
    (item,) = wait_until(lambda: reader.items(f"device_id={device}"))
    processed_at = item.pop("processed_at")
    assert processed_at.endswith("Z")
    assert item == {
        "device_id": device,
        "event_date": item["event_date"],
        "timestamp": at,
        **sent,
        "temperature_celsius": 25.5,
        "temperature_fahrenheit": 77.9,
        "status": "processed",
    }
    (by_date,) = reader.items(f"device_id={device}&event_date={item['event_date']}")
    assert by_date["timestamp"] == at


def test_a_reading_without_a_timestamp_is_of_its_arrival(writer, reader):
    device, before = new_device(), now_ms()
    body = {"device_id": device, "sensor_data": {"on": True}}
    at = writer.call("POST", "/ingest", body).json()["timestamp"]
    assert before <= at <= now_ms()
    (raw,) = reader.items(f"device_id={device}&table=raw")
    assert raw == {
        "device_id": device,
        "timestamp": at,
        "sensor_data": {"on": True},
        "received_at": at,
        "source": "ingest",
    }


def test_a_batch_of_many_devices_is_taken_whole(writer, reader):
    devices, at = [new_device() for _ in range(30)], now_ms()
    readings = [
        {"device_id": device, "timestamp": at - n * 1_000, "sensor_data": {"n": n, "text": "ä ✓"}}
        for device in devices
        for n in range(5)
    ]
    answer = writer.call("POST", "/ingest", {"readings": readings})
    assert (answer.status_code, answer.json()["accepted"]) == (200, 150)
    for device in (devices[0], devices[-1]):
        items = wait_until(
            lambda d=device: reader.items(f"device_id={d}&start={at - 9000}&end={at + 1}")
        )
        assert [item["n"] for item in items] == [4, 3, 2, 1, 0]
        assert {item["text"] for item in items} == {"ä ✓"}


def test_a_gzip_body_is_taken(writer, reader):
    device = new_device()
    readings = [
        {"device_id": device, "timestamp": now_ms() - n, "sensor_data": {"n": n}}
        for n in range(500)
    ]
    body = gzip.compress(json.dumps({"readings": readings}).encode())
    answer = writer.call("POST", "/ingest", body, headers={"Content-Encoding": "gzip"})
    assert answer.status_code == 200, answer.text
    assert len(reader.items(f"device_id={device}&table=raw&limit=1000")) == 500


def test_numbers_keep_every_digit(writer, reader):
    device = new_device()
    numbers = {
        "many": "0.12345678901234567890123456789012345678",
        "large": "9.9999999999999999999999999999999999999E+125",
        "small": "-1E-130",
        "integer": "12345678901234567890123456789012345678",
    }
    members = ",".join(f'"{name}":{text}' for name, text in numbers.items())
    for at in ("2026-01-01T10:00:00Z", "2026-01-01T10:00:01Z"):
        # One reading is stored flat; the two of the last request are packed.
        body = f'{{"device_id":"{device}","timestamp":"{at}","sensor_data":{{{members}}}}}'
        assert writer.call("POST", "/ingest", body.encode()).status_code == 200
    rows = ",".join(
        f'{{"device_id":"{device}","timestamp":"2026-01-01T11:00:0{n}Z","sensor_data":{{{members}}}}}'
        for n in range(2)
    )
    assert writer.call("POST", "/ingest", f'{{"readings":[{rows}]}}'.encode()).status_code == 200

    def found():
        text = reader.call("GET", f"/query?device_id={device}&event_date=2026-01-01").text
        items = json.loads(text, parse_float=Decimal, parse_int=Decimal)["items"]
        return items if len(items) == 4 else None

    for item in wait_until(found):
        assert {name: item[name] for name in numbers} == {
            name: Decimal(text) for name, text in numbers.items()
        }


def test_the_same_readings_again_change_nothing(writer, reader):
    device, at = new_device(), now_ms()
    rows = [{"device_id": device, "timestamp": at - n, "sensor_data": {"n": n}} for n in range(20)]

    def send(readings):
        assert writer.call("POST", "/ingest", {"readings": readings}).status_code == 200

    send(rows)
    query = f"device_id={device}&start={at - 100}&end={at + 1}&limit=1000"
    first = wait_until(lambda: reader.items(query))
    raw = reader.items(f"{query}&table=raw")
    send(rows)
    send(rows[3:11])
    for row in rows[:3]:
        assert writer.call("POST", "/ingest", row).status_code == 200
    # What is sent last is processed last: once it shows, the repeats have been processed too.
    marker = new_device()
    writer.call("POST", "/ingest", {"device_id": marker, "sensor_data": {"x": 1}})
    wait_until(lambda: reader.items(f"device_id={marker}"))
    again = reader.items(query)
    assert again == first
    assert reader.items(f"{query}&table=raw") == raw


def test_pages_go_through_all_readings_once(writer, reader):
    device, at = new_device(), now_ms()
    rows = [
        {"device_id": device, "timestamp": at - n * 60_000, "sensor_data": {"n": n}}
        for n in range(100)
    ]
    writer.call("POST", "/ingest", {"readings": rows})
    span = f"start={at - 100 * 60_000}&end={at + 1}"
    wait_until(lambda: len(reader.items(f"device_id={device}&{span}&limit=1000")) == 100)
    for order, expected in (("asc", list(range(99, -1, -1))), ("desc", list(range(100)))):
        found, token, pages = [], "", 0
        while True:
            path = f"/query?device_id={device}&{span}&order={order}&limit=7{token}"
            page = reader.call("GET", path).json()
            assert page["count"] == len(page["items"]) <= 7
            found += [item["n"] for item in page["items"]]
            pages += 1
            if "next_token" not in page:
                break
            token = f"&next_token={page['next_token']}"
        assert (found, pages) == (expected, 15)


def test_an_unknown_device_has_no_items(reader):
    assert reader.call("GET", f"/query?device_id={new_device()}").json() == {
        "count": 0,
        "items": [],
    }


def test_a_token_of_another_query_is_refused(writer, reader):
    device = new_device()
    rows = [
        {"device_id": device, "timestamp": now_ms() - n, "sensor_data": {"n": n}} for n in (1, 2)
    ]
    writer.call("POST", "/ingest", {"readings": rows})
    page = reader.call("GET", f"/query?device_id={device}&table=raw&limit=1").json()
    token = page["next_token"]
    good = reader.call("GET", f"/query?device_id={device}&table=raw&limit=1&next_token={token}")
    assert good.json()["count"] == 1
    for query in (
        f"device_id={new_device()}&table=raw",
        f"device_id={device}",
        f"device_id={device}&table=raw&order=desc",
    ):
        refused = reader.call("GET", f"/query?{query}&next_token={token}")
        assert refused.status_code == 400
        assert refused.json()["error"]["details"][0]["path"] == "next_token"


def test_what_lies_raw_is_processed_again(writer, reader, operator):
    device, at = new_device(), now_ms()
    rows = [{"device_id": device, "timestamp": at - n, "sensor_data": {"n": n}} for n in range(9)]
    writer.call("POST", "/ingest", {"readings": rows})
    query = f"device_id={device}&start={at - 100}&end={at + 1}"
    first = wait_until(lambda: reader.items(query))
    span = {"device_id": device, "start": at - 100, "end": at + 1}
    dry = operator.call("POST", "/process", {**span, "dry_run": True})
    assert (dry.status_code, dry.json()["enqueued"]) == (202, 9)
    assert operator.call("POST", "/process", span).json()["enqueued"] == 9
    again = wait_until(lambda: (now := reader.items(query)) != first and now)
    for item in [*first, *again]:
        item.pop("processed_at")
    assert again == first


def test_an_idempotency_key_gives_the_first_answer_again(writer, reader):
    device, key = new_device(), new_device()
    body = {"device_id": device, "sensor_data": {"x": 1}}

    def send(content):
        return writer.call("POST", "/ingest", content, headers={"Idempotency-Key": key})

    first, second = send(body), send(body)
    assert first.json() == second.json()
    conflict = send({**body, "sensor_data": {"x": 2}})
    assert (conflict.status_code, conflict.json()["error"]["code"]) == (409, "CONFLICT")
    assert len(reader.items(f"device_id={device}&table=raw")) == 1


def test_the_service_tells_its_health(writer, reader):
    for caller in (writer, reader):
        answer = caller.call("GET", "/health").json()
        assert answer["status"] == "ok"
        assert answer["version"]


def talk_on(connection):
    """Say something again and again, also after the other side has said goodbye."""
    connection.sendall(b"GET /_ministack/health HTTP/1.1\r\nHost: x\r\nX-Endless: ")
    with contextlib.suppress(OSError):
        while True:
            connection.sendall(b"and ")
            select.select([], [], [], 0.01)


@pytest.fixture
def rude_clients(deployment):
    """Clients that keep talking, and others that keep silent, until they are hung up on."""
    context = ssl.create_default_context(cafile=str(deployment.trust_bundle))
    host, port = urlsplit(deployment.endpoint).netloc.split(":")
    with contextlib.ExitStack() as stack, ThreadPoolExecutor(4) as pool:
        for n in range(8):
            plain = stack.enter_context(socket.create_connection((host, int(port))))
            connection = stack.enter_context(context.wrap_socket(plain, server_hostname=host))
            if n % 2:
                pool.submit(talk_on, connection)
        yield


def test_data_sent_before_a_stop_is_there_after_the_next_start(
    pipeline, writer, reader, deployer, rude_clients
):
    device = new_device()
    writer.call("POST", "/ingest", {"device_id": device, "sensor_data": {"x": 1}})
    before = wait_until(lambda: reader.items(f"device_id={device}"))
    rules = deployer.aws("xray").get_sampling_rules()["SamplingRuleRecords"]
    pipeline.down()
    pipeline.up()
    assert reader.items(f"device_id={device}") == before
    assert deployer.aws("xray").get_sampling_rules()["SamplingRuleRecords"] == rules


@pytest.mark.parametrize("order", ["asc", "desc"])
def test_queries_cross_days(writer, reader, order):
    device = new_device()
    moments = [f"2026-03-0{day}T23:59:59.999Z" for day in (1, 2, 3)]
    rows = [
        {"device_id": device, "timestamp": moment, "sensor_data": {"n": n}}
        for n, moment in enumerate(moments)
    ]
    writer.call("POST", "/ingest", {"readings": rows})
    span = {"start": "2026-03-01T00:00:00Z", "end": "2026-03-04T00:00:00Z"}
    query = urlencode({"device_id": device, **span, "order": order})
    items = wait_until(lambda: len(found := reader.items(query)) == 3 and found)
    assert [item["n"] for item in items] == ([0, 1, 2] if order == "asc" else [2, 1, 0])
