"""What several functions are wired with: their environment, and what operators may set."""

import os
from functools import cache, partial

from kernel import logs
from kernel.adapters.dynamodb import DynamoDbAttempts
from kernel.adapters.ssm import SsmParameters
from kernel.aws import client
from kernel.clock import SECOND_MS, now_ms
from kernel.settings import ApiKey, LiveParameters, PipelineConfig

# The variables that may name a parameter; a function has those of the parameters it may read.
_PARAMETERS = ("API_KEY_PARAMETER", "CONFIG_PARAMETER", "PAGE_TOKEN_PARAMETER")


def setting(name: str) -> str:
    """A value that the stack put into the function's environment."""
    return os.environ[name]


@cache
def api_key() -> ApiKey:
    """The API key that callers must bring once it is set."""
    return ApiKey(partial(parameter, "API_KEY_PARAMETER"), setting("API_KEY_PLACEHOLDER"))


def parameter(name_setting: str) -> str:
    """The present value of the parameter that an environment variable names."""
    return _parameters().value(setting(name_setting))


@cache
def _parameters() -> LiveParameters:
    names = [setting(variable) for variable in _PARAMETERS if variable in os.environ]
    fresh_for_ms = int(setting("PARAMETERS_FRESH_SECONDS")) * SECOND_MS
    return LiveParameters(names, SsmParameters(client("ssm")), now_ms, fresh_for_ms)


def config() -> PipelineConfig:
    """What operators have configured; the defaults if that cannot be read."""
    try:
        document = parameter("CONFIG_PARAMETER")
    except Exception:
        # Readings that could be processed must not end as dead letters for want of a setting.
        logs.error("config_not_read")
        return PipelineConfig()
    return PipelineConfig.parse(document)


@cache
def attempts() -> DynamoDbAttempts:
    """First attempts of requests with an idempotency key."""
    return DynamoDbAttempts(client("dynamodb"), setting("IDEMPOTENCY_TABLE"))
