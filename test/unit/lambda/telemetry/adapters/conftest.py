"""The telemetry adapters' tables, in memory."""

import pytest
from samples.stack import create_table

from telemetry.adapters.dynamodb import DynamoDbProcessedReadings, DynamoDbRawReadings
from telemetry.adapters.memory import MemoryProcessedReadings, MemoryRawReadings


@pytest.fixture
def raw_table(aws):
    return DynamoDbRawReadings(aws("dynamodb"), create_table(aws("dynamodb"), "raw", "raw"))


@pytest.fixture
def processed_table(aws):
    table = create_table(aws("dynamodb"), "processed", "processed")
    return DynamoDbProcessedReadings(aws("dynamodb"), table)


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
