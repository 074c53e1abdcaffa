"""What several functions are wired with: their environment, and what operators may set."""

import os
from functools import cache

from kernel import logs
from kernel.adapters.dynamodb import DynamoDbAttempts
from kernel.adapters.ssm import SsmParameters
from kernel.aws import client
from kernel.clock import now_ms
from kernel.settings import ApiKey, LiveParameter, PipelineConfig


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


def config() -> PipelineConfig:
    """What operators have configured; the defaults if that cannot be read."""
    try:
        document = parameter("CONFIG_PARAMETER").value()
    except Exception:
        # Readings that could be processed must not end as dead letters for want of a setting.
        logs.error("config_not_read")
        return PipelineConfig()
    return PipelineConfig.parse(document)


@cache
def attempts() -> DynamoDbAttempts:
    """First attempts of requests with an idempotency key."""
    return DynamoDbAttempts(client("dynamodb"), setting("IDEMPOTENCY_TABLE"))
