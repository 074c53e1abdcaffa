"""Whom the local engine lets in, and how many at once."""

import asyncio
import hashlib
import json
from datetime import UTC, datetime, timedelta
from unittest.mock import patch
from urllib.parse import urlsplit

import botocore.auth
import pytest
from botocore.auth import SigV4Auth, SigV4QueryAuth
from botocore.awsrequest import AWSRequest
from botocore.credentials import Credentials
from samples.recording_engine import RecordingEngine

from lib.local.engine_process.front import CALLS_AT_ONCE, Front

HOST = "https://127.0.0.1:4566"
CALL = f"{HOST}/_aws/execute-api/a1b2c3d4/prod/ingest"
NOW = datetime(2026, 11, 21, 12, tzinfo=UTC)
CALLER = Credentials("AKIDEXAMPLE", "the/secret+key")
ROOT = Credentials("test", "of this directory")
ZEROS = "0" * 64


@pytest.fixture
def engine():
    return RecordingEngine()


@pytest.fixture
def front(engine):
    return Front(engine, engine, lambda: ROOT.secret_key, clock=lambda: NOW, patience_seconds=0.05)


def signed(
    url=CALL,
    *,
    by=CALLER,
    service="execute-api",
    region="eu-central-1",
    at=NOW,
    expires=None,
    **more,
):
    """A request that botocore has signed, in its header, or in its query if it expires."""
    request = AWSRequest(more.get("method", "POST"), url, more.get("headers", {}), b"{}")
    signer = (
        SigV4QueryAuth(by, service, region, expires=expires)
        if expires
        else SigV4Auth(by, service, region)
    )
    with patch.object(botocore.auth, "get_current_datetime", lambda: at.replace(tzinfo=None)):
        signer.add_auth(request)
    return request


def scope_of(request):
    parts = urlsplit(request.prepare().url)
    headers = {"host": parts.netloc, **request.headers}
    return {
        "type": "http",
        "method": request.method,
        "path": parts.path,
        "raw_path": parts.path.encode(),
        "query_string": parts.query.encode(),
        "headers": [(name.lower().encode(), value.encode()) for name, value in headers.items()],
    }


async def exchange(front, scope, body=b"{}"):
    """Status and content of the answer."""
    sent = []

    async def receive():
        return {"type": "http.request", "body": body, "more_body": False}

    async def send(message):
        sent.append(message)

    await front(scope, receive, send)
    return sent[0]["status"], json.loads(sent[-1]["body"] or "null")


def answer_to(front, request, **scope):
    return asyncio.run(exchange(front, {**scope_of(request), **scope}))


def with_authorization(request, change):
    request.headers.replace_header("Authorization", change(request.headers["Authorization"]))
    return request


def test_who_signs_rightly_gets_to_the_engine(front):
    assert answer_to(front, signed()) == (200, None)
    assert answer_to(front, signed(expires=60)) == (200, None)


def test_who_does_not_sign_is_the_engines_to_refuse(front):
    assert answer_to(front, AWSRequest("POST", CALL)) == (200, None)


@pytest.mark.parametrize("key", ["test", "000000000000", "123456789012"])
@pytest.mark.parametrize("url", [CALL, f"{HOST}/"])
def test_a_root_key_with_a_made_up_signature_is_unknown(front, engine, key, url):
    request = signed(url, by=Credentials(key, "test"))

    for forged in (
        request,
        with_authorization(request, lambda text: text.rpartition("=")[0] + f"={ZEROS}"),
        signed(url, by=Credentials(key, ROOT.secret_key), expires=60),
        AWSRequest("POST", url, {"Authorization": f"AWS {key}:{ZEROS}"}),
        AWSRequest("POST", f"{url}?AWSAccessKeyId={key}&Signature=x"),
    ):
        status, content = answer_to(front, forged)
        assert (status >= 400, content["code"]) == (True, "UnrecognizedClientException")
    assert engine.bodies == []


def test_the_root_gets_in_with_its_secret_and_its_body_is_whole(front, engine):
    request = signed(f"{HOST}/?b=2&a=%2F", by=ROOT, service="iam", region="us-east-1")

    assert answer_to(front, request) == (200, None)
    assert engine.bodies == [b"{}"]


def test_the_roots_signature_holds_for_its_body_and_for_a_quarter_of_an_hour(front):
    request = signed(f"{HOST}/", by=ROOT, service="iam")
    another = asyncio.run(exchange(front, scope_of(request), body=b"Action=DeleteUser"))
    late = answer_to(front, signed(f"{HOST}/", by=ROOT, at=NOW - timedelta(minutes=16)))

    assert another[1]["code"] == late[1]["code"] == "UnrecognizedClientException"


def test_a_body_hash_that_the_root_did_not_sign_for_is_none(front):
    promised = {"x-amz-content-sha256": hashlib.sha256(b"{}").hexdigest()}
    request = signed(f"{HOST}/", by=ROOT, service="iam", headers=promised)

    status, _ = asyncio.run(exchange(front, scope_of(request), body=b"Action=DeleteUser"))

    assert status == 400


def test_two_authorization_headers_are_refused(front):
    scope = scope_of(signed())
    own = next(pair for pair in scope["headers"] if pair[0] == b"authorization")

    status, content = asyncio.run(exchange(front, {**scope, "headers": [*scope["headers"], own]}))

    assert (status, content["code"], content["by"]) == (
        403,
        "IncompleteSignature",
        "a1b2c3d4/prod",
    )


def test_two_credentials_are_refused_wherever_they_stand(front):
    twice = with_authorization(signed(), lambda text: f"{text}, Credential=test/a/b/c/aws4_request")
    in_query = signed(f"{CALL}?X-Amz-Credential=test")

    for request in (twice, in_query):
        assert answer_to(front, request)[1]["code"] == "IncompleteSignature"


@pytest.mark.parametrize(
    ("request_", "fault"),
    [
        (signed(service="sqs"), "to correct service: 'execute-api'."),
        (signed(region="eu-west-3"), "to a valid region, not 'eu-west-3'."),
        (signed(region="nowhere"), "to a valid region, not 'nowhere'."),
        (
            with_authorization(signed(), lambda text: text.replace("aws4_request", "aws5_request")),
            "with a valid terminator: 'aws4_request', not 'aws5_request'.",
        ),
        (signed(service="sqs", expires=60), "to correct service: 'execute-api'."),
        (signed(region="eu-west-3", expires=60), "to a valid region, not 'eu-west-3'."),
    ],
)
def test_a_call_signed_for_elsewhere_says_what_is_wrong(front, request_, fault):
    assert answer_to(front, request_) == (
        403,
        {
            "by": "a1b2c3d4/prod",
            "code": "SignatureDoesNotMatch",
            "message": f"Credential should be scoped {fault}",
        },
    )


def test_a_service_serves_only_what_is_signed_for_it_in_any_region(front):
    target = {"X-Amz-Target": "AmazonSQS.ListQueues"}
    wrong = signed(f"{HOST}/", service="kms", headers=dict(target))
    right = signed(f"{HOST}/", service="sqs", region="eu-west-3", headers=dict(target))

    status, content = answer_to(front, wrong)

    assert (status, content["by"], content["code"]) == (400, "sqs", "SignatureDoesNotMatch")
    assert answer_to(front, right) == (200, None)


def test_a_presigned_url_ends_when_it_says(front):
    good, ended = (signed(at=NOW - timedelta(seconds=n), expires=60) for n in (60, 61))

    assert answer_to(front, good) == (200, None)
    assert answer_to(front, ended)[1] == {
        "by": "a1b2c3d4/prod",
        "code": "RequestTimeTooSkewed",
        "message": "Signature expired: 20261121T115859Z is now earlier than 20261121T115900Z",
    }


@pytest.mark.parametrize("expires", ["0", "-1", "604801", "soon", "١"])
def test_a_presigned_url_that_never_ends_is_refused(front, expires):
    scope = scope_of(signed(expires=60))
    query = scope["query_string"].replace(b"Expires=60", f"Expires={expires}".encode())

    status, content = asyncio.run(exchange(front, {**scope, "query_string": query}))

    assert (status, content["code"]) == (403, "SignatureDoesNotMatch")


def test_a_websocket_of_a_root_without_its_secret_is_closed(front, engine):
    sent = []

    async def connect():
        return {"type": "websocket.connect"}

    async def send(message):
        sent.append(message)

    scope = {**scope_of(signed(by=Credentials("test", "test"), method="GET")), "type": "websocket"}
    asyncio.run(front(scope, connect, send))

    assert [message["type"] for message in sent] == ["websocket.close"]


class BusyEngine(RecordingEngine):
    """Answers nobody until it is released; counts whom it has at once."""

    def __init__(self):
        super().__init__()
        self.released = asyncio.Event()
        self.at_once = self.most_at_once = 0

    async def __call__(self, scope, receive, send):
        self.at_once += 1
        self.most_at_once = max(self.most_at_once, self.at_once)
        await self.released.wait()
        self.at_once -= 1
        await super().__call__(scope, receive, send)


def test_callers_beyond_what_the_engine_can_serve_are_told_to_come_back():
    async def crowd():
        engine = BusyEngine()
        front = Front(engine, engine, str, clock=lambda: NOW, patience_seconds=0.05)
        calls = [asyncio.ensure_future(exchange(front, scope_of(signed()))) for _ in range(64)]
        refused, _ = await asyncio.wait(calls, timeout=5, return_when=asyncio.FIRST_COMPLETED)
        while len(refused) < 64 - CALLS_AT_ONCE:
            refused, _ = await asyncio.wait(calls, timeout=0.01)
        others = asyncio.ensure_future(exchange(front, scope_of(signed(f"{HOST}/", service="sqs"))))
        engine.released.set()
        answers = await asyncio.gather(*calls)
        return engine, answers, await others, await exchange(front, scope_of(signed()))

    engine, answers, of_a_service, afterwards = asyncio.run(crowd())

    statuses = [status for status, _ in answers]
    assert (statuses.count(200), engine.most_at_once) == (CALLS_AT_ONCE, CALLS_AT_ONCE + 1)
    refusals = {content["code"] for status, content in answers if status != 200}
    assert refusals == {"TooManyRequestsException"}
    assert of_a_service == afterwards == (200, None)


def test_what_runs_at_once_leaves_a_machine_room():
    assert 8 <= CALLS_AT_ONCE <= 32


def test_a_short_burst_is_served_whole():
    async def burst():
        engine = RecordingEngine()
        front = Front(engine, engine, str, clock=lambda: NOW)
        calls = (exchange(front, scope_of(signed())) for _ in range(64))
        return await asyncio.gather(*calls)

    assert asyncio.run(burst()) == [(200, None)] * 64
