"""The telemetry adapters' tables, in memory."""

import pytest

from telemetry.adapters.dynamodb import DynamoDbProcessedReadings, DynamoDbRawReadings
from telemetry.adapters.memory import MemoryProcessedReadings, MemoryRawReadings


@pytest.fixture
def segment_table(aws):
    """Makes a table of segments as the stack does."""

    def create(name, partition_key):
        keys = {partition_key: "HASH", "segment": "RANGE"}
        aws("dynamodb").create_table(
            TableName=name,
            KeySchema=[{"AttributeName": n, "KeyType": kind} for n, kind in keys.items()],
            AttributeDefinitions=[{"AttributeName": n, "AttributeType": "S"} for n in keys],
            BillingMode="PAY_PER_REQUEST",
        )
        return aws("dynamodb"), name

    return create


@pytest.fixture
def raw_table(segment_table):
    return DynamoDbRawReadings(*segment_table("raw", "device_id"))


@pytest.fixture
def processed_table(segment_table):
    return DynamoDbProcessedReadings(*segment_table("processed", "device_date"))


@pytest.fixture(params=["memory", "dynamodb"])
def raw(request):
    """Raw readings, in memory and in DynamoDB."""
    return (
        MemoryRawReadings() if request.param == "memory" else request.getfixturevalue("raw_table")
    )


@pytest.fixture(params=["memory", "dynamodb"])
def processed(request):
    """Processed readings, in memory and in DynamoDB."""
    if request.param == "memory":
        return MemoryProcessedReadings()
    return request.getfixturevalue("processed_table")
