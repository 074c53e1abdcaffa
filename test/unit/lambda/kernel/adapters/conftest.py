"""AWS in memory, for the kernel's adapters."""

import pytest
from botocore.awsrequest import AWSResponse
from moto import mock_aws

import kernel.aws


@pytest.fixture
def aws(monkeypatch):
    """Makes the container's clients, which speak to an AWS in memory."""
    monkeypatch.setenv("AWS_DEFAULT_REGION", "eu-central-1")
    kernel.aws.client.cache_clear()
    with mock_aws():
        yield kernel.aws.client
    kernel.aws.client.cache_clear()


@pytest.fixture
def refuse(aws):
    """Makes a service refuse one operation with an error code from now on."""

    def refuse(service, operation, code, status=400):
        content = {
            "Error": {"Code": code, "Message": "not now"},
            "ResponseMetadata": {"HTTPStatusCode": status},
        }
        answer = AWSResponse("https://aws.invalid", status, {}, None), content
        client = aws(service)
        client.meta.events.register_first(
            f"before-call.{client.meta.service_model.service_id.hyphenize()}.{operation}",
            lambda **_: answer,
        )

    return refuse
