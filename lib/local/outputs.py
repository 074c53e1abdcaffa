"""The stack's outputs, as they are reached on this machine and as a shell names them."""

import re
from collections.abc import Mapping
from urllib.parse import urlsplit

_WORD_START = re.compile(r"(?<=[a-z0-9])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])")


def localised(outputs: Mapping[str, str], endpoint: str) -> dict[str, str]:
    """Return the outputs with every URL leading to the engine instead of to AWS.

    API Gateway's own host names resolve to AWS, so the API is reached by its id in the path;
    queue URLs are put on the endpoint since the engine writes a port into them that may change.
    """
    local = dict(outputs)
    for name, value in outputs.items():
        if name.endswith("QueueUrl"):
            local[name] = endpoint + urlsplit(value).path
    if "ApiEndpoint" in outputs:
        local["ApiEndpoint"] = endpoint + api_path(outputs)
    return local


def api_path(outputs: Mapping[str, str]) -> str:
    """Return the path below the engine's endpoint at which the deployed API's stage answers."""
    return f"/_aws/execute-api/{outputs['ApiId']}/{outputs['StageName']}"


def shell_name(output: str) -> str:
    """Return the shell's name of an output: `IngestionQueueUrl` is `INGESTION_QUEUE_URL`."""
    return _WORD_START.sub("_", output).upper()
