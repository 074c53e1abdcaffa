import json

import pytest
from samples.readings import START

from edge.idempotency import Attempt
from kernel import exact_json
from kernel.errors import Invalid
from telemetry.http import MAX_READINGS, parse_ingest, readings_accepted
from telemetry.requests import parse_reprocess

NOW = Attempt("digest", "request-1", START, keyed=False)


def faults_of(body, parse=lambda body: parse_ingest(body, NOW)):
    text = body if isinstance(body, str) else json.dumps(body)
    with pytest.raises(Invalid) as refused:
        parse(text.encode())
    return {fault.path: fault.message for fault in refused.value.faults}


def one(**changes):
    return {"device_id": "device-1", "sensor_data": {"temperature": 25.5}, **changes}


def test_one_reading_is_answered_as_promised():
    arrived = parse_ingest(json.dumps(one(timestamp=START - 5)).encode(), NOW)
    submission, answer = arrived.submission, readings_accepted(arrived)
    assert len(submission.readings) == 1
    assert json.loads(answer.body) == {
        "message": "Data ingested successfully",
        "device_id": "device-1",
        "timestamp": START - 5,
    }


def test_many_readings_are_answered_as_promised():
    answer = readings_accepted(
        parse_ingest(json.dumps({"readings": [one(), one(device_id="b")]}).encode(), NOW)
    )
    assert json.loads(answer.body) == {
        "message": "Data ingested successfully",
        "accepted": 2,
        "submission_id": "request-1",
    }


def test_a_reading_without_a_timestamp_is_of_now():
    submission = parse_ingest(json.dumps(one()).encode(), NOW).submission
    assert (submission.readings[0].timestamp, len(submission.unrepeatable)) == (START, 1)


@pytest.mark.parametrize(
    ("timestamp", "moment"),
    [
        ("2025-11-20T23:59:59.123Z", START - 877),
        ("2025-11-21T01:00:00+01:00", START),
        (0, 0),
        (float(START), START),
        (START + 600_000, START + 600_000),
    ],
)
def test_timestamps_are_taken_in_both_forms(timestamp, moment):
    submission = parse_ingest(json.dumps(one(timestamp=timestamp)).encode(), NOW).submission
    assert submission.readings[0].timestamp == moment


@pytest.mark.parametrize(
    ("timestamp", "reason"),
    [
        (START + 600_001, "10 minutes ahead"),
        ("2025-11-21T00:00:00", "offset"),
        ("yesterday", "ISO 8601"),
        (1.5, "integer"),
        (True, "integer"),
        (None, "integer"),
        (-1, "1970"),
        (10**13, "2286"),
    ],
)
def test_a_timestamp_that_cannot_be_is_named(timestamp, reason):
    assert reason in faults_of(one(timestamp=timestamp))["timestamp"]


@pytest.mark.parametrize("device_id", ["", "a b", "a/b", "ü", "a\n", "x" * 129, 7, None])
def test_a_device_id_outside_the_alphabet_is_named(device_id):
    assert set(faults_of(one(device_id=device_id))) == {"device_id"}


@pytest.mark.parametrize(
    ("value", "reason"),
    [
        ("1" * 40, "38 significant digits"),
        ("1e126", "38 significant digits"),
        ("null", "a number, a boolean or a text"),
        ("[1]", "a number, a boolean or a text"),
        ('"a\\u0000b"', "control characters"),
        ('"\\ud800"', "broken Unicode"),
        (json.dumps("x" * 1_025), "1024 characters"),
    ],
)
def test_a_metric_that_cannot_be_kept_is_named(value, reason):
    body = f'{{"device_id": "d", "sensor_data": {{"m": {value}}}}}'
    assert reason in faults_of(body)["sensor_data.m"]


@pytest.mark.parametrize(
    "literal", ["1e126", "1e-131", "-1e-200", "1e9999", "1e99999999999999999999", "1e-" + "9" * 20]
)
def test_an_exponent_out_of_range_is_one_fault_of_one_kind_however_far(literal):
    body = f'{{"device_id": "d", "sensor_data": {{"m": {literal}, "n": 1}}}}'
    expected = (
        "must be 0 or of a magnitude from 1E-130 to below 1E+126, "
        "with at most 38 significant digits"
    )
    assert faults_of(body) == {"sensor_data.m": expected}


@pytest.mark.parametrize("name", ["", "1a", "a-b", "a" * 65, "device_id", "status", "timestamp"])
def test_a_metric_name_that_cannot_be_used_is_named(name):
    assert set(faults_of(one(sensor_data={name: 1}))) == {f"sensor_data.{name}"}


@pytest.mark.parametrize("sensor_data", [{}, [], 5, {f"m{n}": n for n in range(65)}])
def test_metrics_must_be_1_to_64(sensor_data):
    assert set(faults_of(one(sensor_data=sensor_data))) == {"sensor_data"}


def test_every_fault_of_every_reading_is_named():
    body = {
        "readings": [
            one(),
            {"device_id": "a b", "sensor_data": {"x": None, "status": 1}, "extra": 1},
            "no object",
            {},
        ],
        "more": 1,
    }
    assert set(faults_of(body)) == {
        "more",
        "readings[1].device_id",
        "readings[1].sensor_data.x",
        "readings[1].sensor_data.status",
        "readings[1].extra",
        "readings[2]",
        "readings[3].device_id",
        "readings[3].sensor_data",
    }


@pytest.mark.parametrize("count", [0, MAX_READINGS + 1])
def test_a_batch_has_1_to_1000_readings(count):
    assert "1 to 1000" in faults_of({"readings": [one()] * count})["readings"]


def test_a_reading_that_no_message_can_carry_is_refused():
    wide = {f"m{n}": "\U0001f600" * 1_000 for n in range(20)}
    assert "bytes" in faults_of(one(sensor_data=wide))["sensor_data"]


def test_numbers_come_through_with_all_their_digits():
    sent = '{"co":0.011737819751470924,"n":12345678901234567890}'
    body = f'{{"device_id": "d", "sensor_data": {sent}}}'.encode()
    submission = parse_ingest(body, NOW).submission
    assert exact_json.dumps(submission.readings[0].metrics) == sent


@pytest.mark.parametrize(
    ("changes", "path"),
    [
        ({"device_id": None}, "device_id"),
        ({"end": START}, "end"),
        ({"end": START + 31 * 86_400_000 + 1}, "end"),
        ({"dry_run": "yes"}, "dry_run"),
        ({"start": "x"}, "start"),
        ({"more": 1}, "more"),
    ],
)
def test_a_replay_that_cannot_be_is_named(changes, path):
    body = {"device_id": "d", "start": START, "end": START + 1, **changes}
    assert set(faults_of(body, parse_reprocess)) == {path}


def test_a_replay_names_all_that_is_missing():
    assert set(faults_of({}, parse_reprocess)) == {"device_id", "start", "end"}
