"""The states' ports, in memory and in AWS."""

import pytest
from samples.stack import create_table

from states.adapters.dynamodb import DynamoDbCounters
from states.adapters.memory import MemoryCounters, MemoryRawBodies
from states.adapters.s3 import S3RawBodies


@pytest.fixture
def dynamodb_counters(aws):
    """Counters in DynamoDB."""
    client = aws("dynamodb")
    create_table(client, "counts", "counts")
    create_table(client, "idempotency", "markers")
    return DynamoDbCounters(client, "counts", "markers")


@pytest.fixture(params=["memory", "dynamodb"])
def counters(request):
    """Counters in memory and in DynamoDB."""
    if request.param == "memory":
        return MemoryCounters()
    return request.getfixturevalue("dynamodb_counters")


@pytest.fixture
def s3_bodies(aws):
    """Bodies in S3."""
    where = {"LocationConstraint": "eu-central-1"}
    aws("s3").create_bucket(Bucket="raw", CreateBucketConfiguration=where)
    return S3RawBodies(aws("s3"), "raw")


@pytest.fixture(params=["memory", "s3"])
def bodies(request):
    """Bodies in memory and in S3."""
    return MemoryRawBodies() if request.param == "memory" else request.getfixturevalue("s3_bodies")
