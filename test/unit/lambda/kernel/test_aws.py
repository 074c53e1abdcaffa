import json
import socket
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from threading import Barrier

import boto3
import pytest
from botocore.awsrequest import AWSResponse
from botocore.config import Config
from botocore.exceptions import (
    ClientError,
    ConnectionClosedError,
    ConnectTimeoutError,
    EndpointConnectionError,
    NoRegionError,
    ProxyConnectionError,
    ReadTimeoutError,
    SSLError,
)

import kernel.aws
from kernel.aws import aws_failures
from kernel.errors import Throttled, TryAgainLater, Unavailable

NOWHERE = "https://dynamodb.invalid"


def client_of(endpoint_url=NOWHERE):
    """A client that tries once, with a key that opens nothing."""
    return boto3.client(
        "dynamodb",
        region_name="eu-central-1",
        endpoint_url=endpoint_url,
        aws_access_key_id="nobody",
        aws_secret_access_key="nothing",
        config=Config(retries={"total_max_attempts": 1}, proxies={}, parameter_validation=False),
    )


class Empty:
    """The content of an answer that says nothing."""

    def stream(self, **_):
        yield b"{}"


def answering(code, status):
    """A client whose every call is answered with an error as AWS words it."""
    client = client_of()
    body = b'{"__type": "com.amazonaws.dynamodb.v20120810#%s", "message": "no"}' % code.encode()

    class Raw:
        def stream(self, **_):
            yield body

    answer = AWSResponse(NOWHERE, status, {"content-type": "application/x-amz-json-1.0"}, Raw())
    client.meta.events.register("before-send.dynamodb", lambda **_: answer)
    return client


def breaking(error):
    """A client whose every call breaks off as a connection does."""
    client = client_of()

    def break_off(**_):
        raise error

    client.meta.events.register("before-send.dynamodb", break_off)
    return client


@pytest.mark.parametrize(
    ("code", "status"),
    [
        ("ThrottlingException", 400),
        ("ProvisionedThroughputExceededException", 400),
        ("RequestLimitExceeded", 400),
        ("TransactionConflictException", 400),
        ("TransactionInProgressException", 400),
        ("TooManyRequestsException", 429),
        ("RequestThrottled", 403),
        ("ThrottlingException", 503),
    ],
)
def test_a_service_that_is_busy_is_throttled(code, status):
    with pytest.raises(Throttled) as caught, aws_failures():
        answering(code, status).list_tables()
    assert isinstance(caught.value.__cause__, ClientError)


@pytest.mark.parametrize(
    ("code", "status"),
    [
        ("InternalServerError", 500),
        ("InternalServerError", 400),
        ("ServiceUnavailable", 503),
        ("RequestTimeout", 408),
        ("ConditionalRequestConflict", 409),
        ("SomethingNew", 502),
    ],
)
def test_a_service_that_fails_is_unavailable(code, status):
    with pytest.raises(Unavailable) as caught, aws_failures():
        answering(code, status).list_tables()
    assert isinstance(caught.value.__cause__, ClientError)


@pytest.mark.parametrize(
    "code", ["AccessDeniedException", "ValidationException", "ResourceNotFoundException"]
)
def test_what_only_a_change_of_code_or_stack_can_mend_passes_through(code):
    with pytest.raises(ClientError, match=code), aws_failures():
        answering(code, 400).list_tables()


@pytest.mark.parametrize(
    "error",
    [
        EndpointConnectionError(endpoint_url=NOWHERE, error="refused"),
        ConnectTimeoutError(endpoint_url=NOWHERE),
        ReadTimeoutError(endpoint_url=NOWHERE),
        ConnectionClosedError(endpoint_url=NOWHERE),
        ProxyConnectionError(proxy_url=NOWHERE),
        SSLError(endpoint_url=NOWHERE, error="handshake"),
    ],
    ids=lambda error: type(error).__name__,
)
def test_a_connection_that_fails_is_unavailable(error):
    with pytest.raises(Unavailable), aws_failures():
        breaking(error).list_tables()


def test_an_endpoint_that_refuses_connections_is_unavailable():
    with socket.socket() as unheard:
        # Bound but not listening: whoever connects is refused.
        unheard.bind(("127.0.0.1", 0))
        client = client_of(f"http://127.0.0.1:{unheard.getsockname()[1]}")
        with pytest.raises(Unavailable), aws_failures():
            client.list_tables()


def test_the_texts_that_callers_may_see_say_nothing_about_the_cause():
    for code, status in (("ThrottlingException", 400), ("InternalServerError", 500)):
        with pytest.raises(TryAgainLater) as caught, aws_failures():
            answering(code, status).list_tables()
        assert code not in str(caught.value)


def test_a_container_has_one_client_of_a_service_with_short_timeouts_and_enough_connections(
    monkeypatch,
):
    monkeypatch.setenv("AWS_DEFAULT_REGION", "eu-central-1")
    kernel.aws.client.cache_clear()
    client = kernel.aws.client("dynamodb")
    assert kernel.aws.client("dynamodb") is client
    config = client.meta.config
    assert (config.connect_timeout, config.read_timeout) == (2, 4)
    assert config.retries["total_max_attempts"] == 3
    assert config.max_pool_connections == kernel.aws.CONNECTIONS
    kernel.aws.client.cache_clear()


@pytest.fixture
def made(monkeypatch):
    """The services that clients are made of, in a container that has just begun."""
    monkeypatch.setenv("AWS_DEFAULT_REGION", "eu-central-1")
    kernel.aws.client.cache_clear()
    services, make = [], kernel.aws._made

    def remembered(service):
        services.append(service)
        return make(service)

    monkeypatch.setattr(kernel.aws, "_made", remembered)
    yield services
    kernel.aws.client.cache_clear()


def test_a_client_that_nothing_is_asked_of_is_never_made(made):
    kernel.aws.client("s3")
    assert kernel.aws.client("sqs").meta.region_name == "eu-central-1"
    assert made == ["sqs"]


def test_threads_that_call_at_once_share_the_client_of_the_first(made):
    client, together = kernel.aws.client("sqs"), Barrier(8, timeout=30)

    def ask(_):
        together.wait()
        return client.meta

    with ThreadPoolExecutor(8) as pool:
        found = list(pool.map(ask, range(8)))
    assert made == ["sqs"]
    assert all(one is found[0] for one in found)


def test_a_client_that_could_not_be_made_is_tried_again(made, monkeypatch):
    monkeypatch.delenv("AWS_DEFAULT_REGION")
    with pytest.raises(NoRegionError):
        _ = kernel.aws.client("sqs").meta
    monkeypatch.setenv("AWS_DEFAULT_REGION", "eu-central-1")
    assert kernel.aws.client("sqs").meta.region_name == "eu-central-1"


ITEM = {
    "id": {"S": "é\u2028"},
    "n": {"N": "1.50"},
    "packed": {"B": b"\x00\xff"},
    "sensor_data": {"M": {"open": {"BOOL": True}, "all": {"L": [{"N": "1"}]}}},
}


@pytest.mark.parametrize(
    ("call", "bulky", "parameters"),
    [
        (
            "put_item",
            "Item",
            {
                "TableName": "raw",
                "Item": ITEM,
                "ConditionExpression": "expires_at <= :now",
                "ExpressionAttributeValues": {":now": {"N": "1"}},
            },
        ),
        (
            "batch_get_item",
            "RequestItems",
            {
                "RequestItems": {
                    "raw": {
                        "Keys": [{"id": {"S": "é"}}, {"id": {"S": "x"}}],
                        "ConsistentRead": True,
                    }
                }
            },
        ),
        (
            "batch_write_item",
            "RequestItems",
            {
                "RequestItems": {
                    "raw": [
                        {"PutRequest": {"Item": ITEM}},
                        {"DeleteRequest": {"Key": {"id": {"S": "x"}}}},
                    ]
                }
            },
        ),
    ],
)
def test_what_is_written_at_once_is_what_botocore_writes(monkeypatch, call, bulky, parameters):
    monkeypatch.setenv("AWS_DEFAULT_REGION", "eu-central-1")
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "nobody")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "nothing")
    kernel.aws.client.cache_clear()
    sent, seen, walked = [], [], []

    def answer(request, **_):
        sent.append((request.url, json.loads(request.body)))
        return AWSResponse(NOWHERE, 200, {}, Empty())

    def look(params, **_):
        seen.append(params)

    def walk(serialize, params, *rest):
        walked.append(dict(params))
        return serialize(params, *rest)

    for client in (kernel.aws.client("dynamodb"), boto3.client("dynamodb")):
        serializer = client._serializer
        serialize = partial(walk, serializer.serialize_to_request)
        monkeypatch.setattr(serializer, "serialize_to_request", serialize)
        client.meta.events.register_first("before-parameter-build", look)
        client.meta.events.register("before-send", answer)
        getattr(client, call)(**parameters)
    assert sent[0] == sent[1]
    # Only botocore's own client walked through what is bulky.
    emptied = {name: {} for name in parameters[bulky]}
    assert walked == [{**parameters, bulky: emptied}, parameters]
    # Who looks at the parameters afterwards, as X-Ray does, finds all of them.
    assert seen == [parameters] * 2
    kernel.aws.client.cache_clear()
