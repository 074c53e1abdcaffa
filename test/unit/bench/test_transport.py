"""What the canned AWS counts: nobody would see it from a table of dollars if that were wrong."""

import boto3
import pytest
from bench.transport import CannedAws

from lib.cost import prices

KB = 1_024


@pytest.fixture
def canned(monkeypatch):
    """An AWS that answers, and clients that speak to it."""
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_DEFAULT_REGION"):
        monkeypatch.setenv(name, "us-east-1")
    return CannedAws({"/name": "value"})


def client(canned, service):
    return canned.serve(boto3.client(service))


def item(size, key="a"):
    """An item of so many bytes, names included."""
    return {"id": {"S": key}, "v": {"S": "x" * (size - len("id") - len(key) - len("v"))}}


@pytest.mark.parametrize(("size", "units"), [(10, 1), (KB, 1), (KB + 1, 2), (10 * KB, 10)])
def test_a_put_is_billed_by_the_kilobyte(canned, size, units):
    client(canned, "dynamodb").put_item(TableName="t", Item=item(size))
    assert canned.usage == {prices.DYNAMODB_WRITE: units}


def test_a_binary_value_counts_as_its_bytes_and_not_as_the_text_on_the_wire(canned):
    packed = {"id": {"S": "a"}, "v": {"B": b"\0" * (KB - 4)}}
    client(canned, "dynamodb").put_item(TableName="t", Item=packed)
    assert canned.usage == {prices.DYNAMODB_WRITE: 1}


def test_of_a_batch_each_item_is_rounded_up_by_itself(canned):
    writes = [{"PutRequest": {"Item": item(KB + 1, key)}} for key in "abc"]
    writes.append({"DeleteRequest": {"Key": {"id": {"S": "d"}}}})
    answer = client(canned, "dynamodb").batch_write_item(RequestItems={"t": writes})
    assert answer["UnprocessedItems"] == {}
    assert canned.usage == {prices.DYNAMODB_WRITE: 3 * 2 + 1}
    assert canned.calls == {"DynamoDB.BatchWriteItem": 1}


def test_the_size_of_every_item_that_is_put_is_known(canned):
    dynamodb = client(canned, "dynamodb")
    dynamodb.put_item(TableName="t", Item=item(100))
    writes = [{"PutRequest": {"Item": item(200)}}, {"DeleteRequest": {"Key": {"id": {"S": "d"}}}}]
    dynamodb.batch_write_item(RequestItems={"t": writes})
    assert canned.put == [100, 200]


def test_a_transaction_is_billed_twice(canned):
    puts = [{"Put": {"TableName": "t", "Item": item(KB + 1, key)}} for key in "ab"]
    client(canned, "dynamodb").transact_write_items(TransactItems=puts)
    assert canned.usage == {prices.DYNAMODB_WRITE: 2 * 2 * 2}


@pytest.mark.parametrize(("consistent", "units"), [(True, 3), (False, 1.5)])
def test_every_key_that_is_looked_up_is_billed_though_nothing_lies_there(canned, consistent, units):
    keys = [{"id": {"S": key}} for key in "abc"]
    asked = {"t": {"Keys": keys, "ConsistentRead": consistent}}
    answer = client(canned, "dynamodb").batch_get_item(RequestItems=asked)
    assert answer["Responses"] == {"t": []}
    assert canned.usage == {prices.DYNAMODB_READ: units}


def test_what_cannot_be_billed_is_not_billed_as_nothing(canned):
    with pytest.raises(NotImplementedError):
        client(canned, "dynamodb").update_item(TableName="t", Key={"id": {"S": "a"}})


@pytest.mark.parametrize(
    ("sizes", "requests"), [([10], 1), ([40 * KB, 24 * KB], 1), ([65 * KB], 2)]
)
def test_messages_are_billed_by_64_kilobytes_of_a_call(canned, sizes, requests):
    entries = [{"Id": str(n), "MessageBody": "x" * size} for n, size in enumerate(sizes)]
    url = "https://sqs.us-east-1.amazonaws.com/123456789012/q"
    answer = client(canned, "sqs").send_message_batch(QueueUrl=url, Entries=entries)
    assert [one["Id"] for one in answer["Successful"]] == [one["Id"] for one in entries]
    assert canned.usage == {prices.SQS_REQUEST: requests}
    assert canned.sent == {url: [one["MessageBody"] for one in entries]}


def test_it_forgets_what_it_counted_and_keeps_its_parameters(canned):
    ssm = client(canned, "ssm")
    for _ in range(2):
        answer = ssm.get_parameters(Names=["/name", "/other"])
        assert [one["Value"] for one in answer["Parameters"]] == ["value"]
        assert canned.calls == {"SSM.GetParameters": 1}
        canned.forget()
    assert not canned.calls
