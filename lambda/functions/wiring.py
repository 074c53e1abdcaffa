"""What several functions are wired with: their environment, and what operators may set."""

import os
from functools import cache

from kernel.adapters.dynamodb import DynamoDbAttempts
from kernel.adapters.ssm import SsmParameters
from kernel.aws import client
from kernel.clock import now_ms
from kernel.settings import ApiKey, LiveParameter


def setting(name: str) -> str:
    """A value that the stack put into the function's environment."""
    return os.environ[name]


@cache
def api_key() -> ApiKey:
    """The API key that callers must bring once it is set."""
    return ApiKey(parameter("API_KEY_PARAMETER"), setting("API_KEY_PLACEHOLDER"))


@cache
def parameter(name_setting: str) -> LiveParameter:
    """The parameter that an environment variable names."""
    return LiveParameter(setting(name_setting), SsmParameters(client("ssm")), now_ms)


@cache
def attempts() -> DynamoDbAttempts:
    """First attempts of requests with an idempotency key."""
    return DynamoDbAttempts(client("dynamodb"), setting("IDEMPOTENCY_TABLE"))
