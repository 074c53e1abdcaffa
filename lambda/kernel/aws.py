"""AWS clients, one of a service in a container, and their failures in the pipeline's own terms."""

import base64
import json
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from threading import Lock
from typing import Any

from kernel.errors import NoAnswer, Throttled, Unavailable
from kernel.invocation import CONNECT_SECONDS, READ_SECONDS, too_late_to_call

# Beside these, every code that speaks of throttling, such as SQS's KmsThrottled.
_THROTTLED = {
    "LimitExceededException",
    "ProvisionedThroughputExceededException",
    "RequestLimitExceeded",
    "TooManyRequestsException",
    "TransactionConflictException",
    "TransactionInProgressException",
}
_UNAVAILABLE = {
    # S3: somebody else writes under the same key at this moment.
    "ConditionalRequestConflict",
    "OperationAborted",
    "InternalError",
    "InternalFailure",
    "InternalServerError",
    "RequestTimeout",
    "ServiceUnavailable",
    "ServiceUnavailableException",
}
# What a container asks of a service side by side, without opening a connection for each call.
CONNECTIONS = 16
# botocore puts its own together anew for every attempt, which takes a third of a call's CPU time.
_USER_AGENT = "iot-pipeline"
# By operation, the parameter that takes botocore long to write.
_BULKY = {"BatchGetItem": "RequestItems", "BatchWriteItem": "RequestItems", "PutItem": "Item"}
# Where a request's parameters wait until they are written.
_SET_ASIDE = "pipeline_parameters"


@cache
def client(service: str) -> Any:
    """The container's client of one AWS service: short timeouts, three attempts, none too late."""
    return _ClientOnFirstUse(service)


class _ClientOnFirstUse:
    """A service's client, made when it is first asked for anything.

    A function is given clients of all services that it may need one day, and to make one, with all
    that is known of its service, takes longer than to call it.
    """

    def __init__(self, service: str) -> None:
        self._service, self._client = service, None

    def __getattr__(self, name: str) -> Any:
        # Functions call side by side, and a session makes one client at a time.
        with _making:
            if self._client is None:
                self._client = _made(self._service)
        found = getattr(self._client, name)
        # From now on it is found without asking here.
        setattr(self, name, found)
        return found


_making = Lock()


@cache
def _session() -> Any:
    # Not boto3's: a container would load file transfers and resources, which nothing here uses.
    from botocore.session import get_session

    return get_session()


def _made(service: str) -> Any:
    from botocore.config import Config

    made = _session().create_client(
        service,
        config=Config(
            connect_timeout=CONNECT_SECONDS,
            read_timeout=READ_SECONDS,
            retries={"mode": "standard", "total_max_attempts": 3},
            max_pool_connections=CONNECTIONS,
            user_agent=_USER_AGENT,
            # The services check them too, and callers' requests are checked before. Nor would
            # botocore let pass what `_set_aside` leaves of them.
            parameter_validation=False,
        ),
    )
    made.meta.events.register_first("before-send", _keep_to_deadline)
    # The adapters make items as DynamoDB's wire has them: what is left is to write JSON, where
    # botocore walks through every attribute of every item by the service's model.
    for operation in _BULKY:
        name = f"dynamodb.{operation}"
        made.meta.events.register_last(f"before-parameter-build.{name}", _set_aside)
        made.meta.events.register_first(f"before-call.{name}", _write_at_once)
    return made


def _set_aside(params: dict[str, Any], model: Any, context: dict[str, Any], **_: object) -> None:
    context[_SET_ASIDE] = params, dict(params)
    bulky = _BULKY[model.name]
    # Names stay: botocore may derive the endpoint from those of tables. What is left of their
    # contents no longer fits the service's model, which is why parameter_validation is False.
    params[bulky] = {name: {} for name in params[bulky]}


def _write_at_once(params: dict[str, Any], context: dict[str, Any], **_: object) -> None:
    emptied, content = context[_SET_ASIDE]
    # X-Ray looks for the table's name there once the call is over.
    emptied.update(content)
    params["body"] = _WIRE.encode(content).encode()


def _base64(binary: bytes) -> str:
    return base64.b64encode(binary).decode()


_WIRE = json.JSONEncoder(default=_base64, separators=(",", ":"))


def _keep_to_deadline(request: Any, **_: object) -> None:
    if not too_late_to_call():
        return
    if b"attempt=1" in request.headers["amz-sdk-request"]:
        raise Unavailable("There was no time left to do it.")
    raise NoAnswer("There was no time left to find out whether it was done.")


@contextmanager
def aws_failures() -> Iterator[None]:
    """Turn AWS's passing failures into TryAgainLater; let those that are bugs through as they are.

    Raises Throttled or Unavailable.
    """
    from botocore.exceptions import (
        ClientError,
        ConnectionError,
        EndpointConnectionError,
        HTTPClientError,
    )

    try:
        yield
    except ClientError as error:
        code = error.response.get("Error", {}).get("Code", "").rpartition("#")[2]
        status = error.response.get("ResponseMetadata", {}).get("HTTPStatusCode", 0)
        if code in _THROTTLED or "throttl" in code.lower():
            raise Throttled("The service is busy.") from error
        if code in _UNAVAILABLE or status >= 500:
            raise Unavailable("A service the pipeline depends on is not available.") from error
        raise
    except EndpointConnectionError as error:
        raise Unavailable("A service the pipeline depends on cannot be reached.") from error
    except (ConnectionError, HTTPClientError) as error:
        raise NoAnswer("A service the pipeline depends on did not answer.") from error
