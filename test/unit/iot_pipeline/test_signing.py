"""What the client signs, botocore signs alike."""

from datetime import UTC, datetime, timedelta
from urllib.parse import urlsplit

import pytest
from botocore.auth import SigV4Auth
from botocore.awsrequest import AWSRequest
from botocore.credentials import Credentials, RefreshableCredentials
from hypothesis import given
from hypothesis import strategies as st
from requests import PreparedRequest, Request

from iot_pipeline.signing import SERVICE, SignedRequests, canonical_query, host_header

REGION = "us-east-1"
CREDENTIALS = Credentials("AKIDEXAMPLE", "the/secret+key", "a/session+token==")
NAMES = st.sampled_from(["device_id", "event_date", "start", "end", "next_token", "limit"])


def signed(request: Request, credentials: Credentials = CREDENTIALS) -> PreparedRequest:
    request.auth = SignedRequests(request.url, REGION, credentials)
    return request.prepare()


def botocore_authorization(request: PreparedRequest, credentials: Credentials = CREDENTIALS) -> str:
    """The header that botocore would have made at the same moment."""
    names = request.headers["Authorization"].split("SignedHeaders=")[1].split(",")[0].split(";")
    headers = {name: request.headers[name] for name in names if name != "host"}
    again = AWSRequest(request.method, request.url, headers, request.body or b"")
    again.context["timestamp"] = request.headers["x-amz-date"]
    signer = SigV4Auth(credentials.get_frozen_credentials(), SERVICE, REGION)
    signature = signer.signature(
        signer.string_to_sign(again, signer.canonical_request(again)), again
    )
    return (
        f"AWS4-HMAC-SHA256 Credential={signer.scope(again)}, "
        f"SignedHeaders={signer.signed_headers(signer.headers_to_sign(again))}, "
        f"Signature={signature}"
    )


@given(query=st.dictionaries(NAMES, st.text(st.characters(exclude_categories=["Cs"]))))
def test_any_query_value_is_signed_as_botocore_signs_it(query: dict[str, str]) -> None:
    request = signed(Request("GET", "https://api.example.com/prod/query", params=query))
    assert request.headers["Authorization"] == botocore_authorization(request)


@given(body=st.binary(max_size=200))
def test_any_body_is_signed_as_botocore_signs_it(body: bytes) -> None:
    request = signed(Request("POST", "https://api.example.com/prod/ingest", data=body))
    assert request.headers["Authorization"] == botocore_authorization(request)


@pytest.mark.parametrize(
    "url",
    [
        "https://api.example.com/prod/health",
        "https://api.example.com",
        "https://api.example.com:443/prod/health",
        "https://API.Example.com:8443/prod/health",
        "http://127.0.0.1:4566/_aws/execute-api/abc/prod/health",
        "http://[::1]:4566/prod/health",
        "http://localhost:80/prod/health",
        "https://api.example.com/prod/devices/5e%3A44%40x%20y/events",
        "https://api.example.com/prod/devices/größe/events",
        "https://api.example.com/prod/query?start=2020-07-13T00:00:00+00:00&device_id=a%2fb&empty",
    ],
)
def test_any_address_is_signed_as_botocore_signs_it(url: str) -> None:
    request = signed(Request("GET", url))
    assert request.headers["Authorization"] == botocore_authorization(request)


def test_without_a_session_token_none_is_signed_or_sent() -> None:
    credentials = Credentials("AKIDEXAMPLE", "the/secret+key")
    request = signed(Request("GET", "https://api.example.com/prod/health"), credentials)
    assert "x-amz-security-token" not in request.headers
    assert request.headers["Authorization"] == botocore_authorization(request, credentials)


def test_what_is_sent_is_what_was_signed() -> None:
    query = {"device_id": "a b:c@d*~é"}
    request = signed(Request("GET", "https://api.example.com/prod/query", params=query))
    assert urlsplit(str(request.url)).query == "device_id=a%20b%3Ac%40d%2A~%C3%A9"


def test_every_amz_header_that_is_sent_is_signed() -> None:
    request = signed(Request("POST", "https://api.example.com/prod/ingest", data=b"{}"))
    names = request.headers["Authorization"].split("SignedHeaders=")[1].split(",")[0].split(";")
    sent = {name.lower() for name in request.headers if name.lower().startswith("x-amz-")}
    assert sent <= set(names)


def test_names_that_cannot_be_sorted_as_aws_sorts_them_are_refused() -> None:
    request = Request("GET", "https://api.example.com/prod/query", params={"a": "1", "a-b": "2"})
    with pytest.raises(ValueError, match="order"):
        signed(request)


def test_query_values_of_one_name_are_sorted() -> None:
    assert canonical_query("b=2&a=2&a=1&c") == "a=1&a=2&b=2&c="


@pytest.mark.parametrize(
    ("url", "host"),
    [
        ("https://example.com/x", "example.com"),
        ("https://example.com:443/x", "example.com"),
        ("http://example.com:443/x", "example.com:443"),
        ("http://[::1]:8080/x", "[::1]:8080"),
    ],
)
def test_the_signed_host_has_its_port_unless_that_is_the_default(url: str, host: str) -> None:
    assert host_header(url) == host


def test_credentials_that_expire_are_refreshed_between_two_requests() -> None:
    made = []

    def refresh() -> dict[str, str]:
        made.append(f"AKID{len(made)}")
        return {
            "access_key": made[-1],
            "secret_key": "secret",
            "token": "token",
            # Within botocore's mandatory window: each use refreshes.
            "expiry_time": (datetime.now(UTC) + timedelta(seconds=60)).isoformat(),
        }

    credentials = RefreshableCredentials.create_from_metadata(refresh(), refresh, "test")
    auth = SignedRequests("https://api.example.com", REGION, credentials)
    request = Request("GET", "https://api.example.com/prod/health", auth=auth)
    keys = [
        prepared.headers["Authorization"].split("Credential=")[1].split("/")[0]
        for prepared in (request.prepare(), request.prepare())
    ]
    assert keys == ["AKID1", "AKID2"]
