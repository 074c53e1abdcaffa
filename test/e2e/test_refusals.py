import json
import re
from datetime import UTC, datetime, timedelta
from unittest.mock import patch

import boto3
import botocore.auth
import pytest
import requests
from botocore.credentials import Credentials
from botocore.exceptions import ClientError
from samples.signed_calls import Caller, new_device, now_ms

from api_document.endpoints import ENDPOINTS


def called(route):
    """Method and path of a route, about something that is not there."""
    method, path = route.split(" ")
    return method, re.sub(r"{[^}]*}", "nobody", path)


@pytest.mark.parametrize("route", ENDPOINTS)
def test_an_unsigned_call_is_refused(deployment, route):
    method, path = called(route)
    url = deployment.api_endpoint + path
    answer = requests.request(method, url, verify=str(deployment.trust_bundle), timeout=30)
    assert answer.status_code == 403
    assert answer.json()["error"]["code"] == "MISSING_AUTHENTICATION_TOKEN"


@pytest.mark.parametrize("how", ["secret", "key", "region", "service", "date", "body"])
def test_a_call_that_is_wrongly_signed_is_refused(writer, how):
    body = {"device_id": new_device(), "sensor_data": {"x": 1}}
    key = writer.credentials
    match how:
        case "secret":
            call = writer.signed(
                "POST", "/ingest", body, credentials=Credentials(key.access_key, "x" * 40)
            )
        case "key":
            stranger = Credentials("AKIAIOSFODNN7EXAMPLE", key.secret_key)
            call = writer.signed("POST", "/ingest", body, credentials=stranger)
        case "region":
            call = writer.signed("POST", "/ingest", body, region="eu-west-3")
        case "service":
            call = writer.signed("POST", "/ingest", body, service="sqs")
        case "date":
            past = datetime.now(UTC) - timedelta(minutes=20)
            with patch.object(
                botocore.auth, "get_current_datetime", lambda: past.replace(tzinfo=None)
            ):
                call = writer.signed("POST", "/ingest", body)
        case "body":
            call = writer.signed("POST", "/ingest", body)
            call.body = call.body.replace(b'"x"', b'"y"')
    assert writer.send(call).status_code == 403


@pytest.mark.parametrize("key", ["test", "000000000000"])
@pytest.mark.parametrize("service", ["execute-api", "sqs"])
def test_the_engines_root_keys_let_nobody_in(deployment, writer, key, service):
    forged = Credentials(key, "test")
    if service == "execute-api":
        assert writer.call("GET", "/health", credentials=forged).status_code == 403
        return
    sqs = boto3.client(
        "sqs",
        endpoint_url=deployment.endpoint,
        region_name=deployment.region,
        aws_access_key_id=forged.access_key,
        aws_secret_access_key=forged.secret_key,
        verify=str(deployment.trust_bundle),
    )
    with pytest.raises(ClientError, match="InvalidClientTokenId"):
        sqs.list_queues()


def test_what_is_signed_for_another_service_is_told_so(writer):
    answer = writer.send(writer.signed("GET", "/health", service="sqs"))
    assert answer.json()["error"]["message"] == (
        "Credential should be scoped to correct service: 'execute-api'."
    )


@pytest.mark.parametrize("route", ENDPOINTS)
@pytest.mark.parametrize("caller", ["writer", "reader", "operator"])
def test_a_caller_may_call_what_the_contract_says_and_nothing_else(deployment, caller, route):
    method, path = called(route)
    body = None if method == "GET" else {}
    status = Caller(deployment, caller).call(method, path, body).status_code
    assert (status != 403) == (caller in ENDPOINTS[route].callers)
    assert status < 500


def test_a_user_without_a_policy_is_refused(deployer, writer):
    iam = deployer.aws("iam")
    name = new_device()
    iam.create_user(UserName=name)
    key = iam.create_access_key(UserName=name)["AccessKey"]
    stranger = Credentials(key["AccessKeyId"], key["SecretAccessKey"])
    assert writer.call("GET", "/health", credentials=stranger).status_code == 403
    iam.delete_access_key(UserName=name, AccessKeyId=key["AccessKeyId"])
    iam.delete_user(UserName=name)


def reading(**changes):
    return {"device_id": "nobody", "sensor_data": {"x": 1}, **changes}


BAD_INPUT = {
    "cut short": (b"{", []),
    "empty": (b"", []),
    "not UTF-8": (b"\xff\xfe", []),
    "nested deeply": (b"[" * 100_000, []),
    "NaN": (b'{"device_id":"nobody","sensor_data":{"x":NaN}}', []),
    "no object": ([], [""]),
    "wrong types": (reading(device_id=7, sensor_data={"x": []}), ["device_id", "sensor_data.x"]),
    "40 digits": (reading(sensor_data={"x": int("7" * 40)}), ["sensor_data.x"]),
    "far ahead": (reading(timestamp=4_000_000_000_000), ["timestamp"]),
    "control character in an id": (reading(device_id="no\u0000body"), ["device_id"]),
    "control character in a text": (reading(sensor_data={"x": "a\u0007"}), ["sensor_data.x"]),
    "unknown fields": (reading(colour="red", size=1), ["colour", "size"]),
    "1001 readings": ({"readings": [reading()] * 1_001}, ["readings"]),
    "one good among bad": (
        {"readings": [reading(), reading(timestamp="soon"), {}]},
        ["readings[1].timestamp", "readings[2].device_id", "readings[2].sensor_data"],
    ),
}


@pytest.mark.parametrize("case", BAD_INPUT)
def test_bad_input_is_refused_with_every_fault_named_and_nothing_is_stored(writer, reader, case):
    body, paths = BAD_INPUT[case]
    answer = writer.call("POST", "/ingest", body)
    error = answer.json()["error"]
    assert answer.status_code == 400
    assert error["code"] == ("VALIDATION_ERROR" if paths else "MALFORMED_JSON")
    assert [fault["path"] for fault in error["details"]] == paths
    assert error["requestId"]
    assert reader.items("device_id=nobody&table=raw") == []


def test_a_body_of_1_mib_and_one_byte_is_too_large(writer):
    answer = writer.call("POST", "/ingest", b" " * (1024 * 1024 + 1))
    assert (answer.status_code, answer.json()["error"]["code"]) == (413, "PAYLOAD_TOO_LARGE")


def test_a_reading_an_hour_ahead_is_refused(writer):
    answer = writer.call("POST", "/ingest", reading(timestamp=now_ms() + 3_600_000))
    assert "10 minutes ahead" in json.dumps(answer.json())


@pytest.mark.parametrize(
    ("query", "paths"),
    [
        ("", {"device_id"}),
        ("device_id=a%20b", {"device_id"}),
        ("device_id=a&event_date=2026-02-30", {"event_date"}),
        ("device_id=a&start=1", {"end"}),
        ("device_id=a&start=2&end=1", {"end"}),
        ("device_id=a&start=0&end=2678400001", {"end"}),
        ("device_id=a&event_date=2026-01-01&start=1&end=2", {"event_date"}),
        ("device_id=a&table=other&order=up&limit=0", {"table", "order", "limit"}),
        ("device_id=a&limit=1001", {"limit"}),
        ("device_id=a&next_token=AAAA", {"next_token"}),
        ("device_id=a&colour=red", {"colour"}),
        ("device_id=a&device_id=b", {"device_id"}),
    ],
)
def test_a_query_that_cannot_be_is_refused_by_name(reader, query, paths):
    answer = reader.call("GET", f"/query?{query}")
    assert answer.status_code == 400, answer.text
    assert {fault["path"] for fault in answer.json()["error"]["details"]} == paths
