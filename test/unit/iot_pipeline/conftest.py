"""The real client against an API on a loopback socket that verifies every signature."""

from collections.abc import Iterator

import pytest
from botocore.credentials import Credentials

from iot_pipeline import PipelineClient, RetryPolicy
from iot_pipeline.testing import InMemoryPipeline, LoopbackApi

REGION = "eu-central-1"


@pytest.fixture
def credentials() -> Credentials:
    return Credentials("AKIDEXAMPLE", "the/secret+key", "a/session+token==")


@pytest.fixture
def api(credentials: Credentials) -> Iterator[LoopbackApi]:
    with LoopbackApi(InMemoryPipeline(), credentials=credentials, region=REGION) as api:
        yield api


@pytest.fixture
def pipeline(api: LoopbackApi) -> InMemoryPipeline:
    return api.pipeline


@pytest.fixture
def waits() -> list[float]:
    """The seconds that the client would have waited."""
    return []


@pytest.fixture
def client(
    api: LoopbackApi, credentials: Credentials, waits: list[float]
) -> Iterator[PipelineClient]:
    retry = RetryPolicy(max_attempts=4, sleep=waits.append, random=lambda: 0.5)
    with PipelineClient(
        api.endpoint, credentials=credentials, region=REGION, retry=retry
    ) as client:
        yield client
