"""The Python client of the pipeline's API."""

import os
from dataclasses import dataclass
from types import TracebackType
from typing import Self
from urllib.parse import urlsplit

import requests
from botocore.credentials import Credentials
from requests.adapters import HTTPAdapter

from iot_pipeline.alerts.calls import Alerts
from iot_pipeline.answers import field_of
from iot_pipeline.aws_session import credentials_and_region
from iot_pipeline.errors import Misconfigured
from iot_pipeline.events.calls import Events
from iot_pipeline.readings.calls import Readings
from iot_pipeline.readings.sending import MAX_CONCURRENCY
from iot_pipeline.retrying import DEFAULT_MAX_ATTEMPTS, RetryPolicy
from iot_pipeline.rules.calls import Rules
from iot_pipeline.signing import SignedRequests
from iot_pipeline.states.calls import States
from iot_pipeline.transport import Transport

DEFAULT_TIMEOUT_SECONDS = 35.0
"""API Gateway itself gives up after 29 seconds."""


@dataclass(frozen=True, slots=True)
class Health:
    """What the service says of itself."""

    status: str
    version: str


class PipelineClient:
    """Signs, batches, retries and pages for its caller; safe to use from several threads.

    What can be asked for stands in one attribute per context: `client.rules.create(…)`.
    """

    def __init__(
        self,
        endpoint: str,
        *,
        credentials: Credentials | None = None,
        region: str | None = None,
        api_key: str | None = None,
        timeout_seconds: float = DEFAULT_TIMEOUT_SECONDS,
        max_attempts: int = DEFAULT_MAX_ATTEMPTS,
        session: requests.Session | None = None,
        retry: RetryPolicy | None = None,
    ) -> None:
        """Take the API's address, stage included; what is left out comes from the environment.

        `retry` replaces `max_attempts` with a whole policy. Raises Misconfigured where the
        address is none, or credentials or region are not to be found.
        """
        endpoint = endpoint.rstrip("/")
        if urlsplit(endpoint).scheme not in ("http", "https") or not urlsplit(endpoint).hostname:
            raise Misconfigured(f"the endpoint {endpoint!r} is not an http(s) address")
        if credentials is None or region is None:
            found_credentials, found_region = credentials_and_region()
            credentials, region = credentials or found_credentials, region or found_region
        if credentials is None:
            raise Misconfigured("no AWS credentials found: set AWS_PROFILE or AWS_ACCESS_KEY_ID")
        if region is None:
            raise Misconfigured("no AWS region found: set AWS_REGION")
        self._session = session or _pooled_session()
        self._transport = Transport(
            session=self._session,
            endpoint=endpoint,
            auth=SignedRequests(endpoint, region, credentials),
            retry=retry or RetryPolicy(max_attempts=max_attempts),
            timeout_seconds=timeout_seconds,
            api_key=api_key,
        )
        self.readings = Readings(self._transport)
        self.events = Events(self._transport)
        self.rules = Rules(self._transport)
        self.alerts = Alerts(self._transport)
        self.states = States(self._transport)

    @classmethod
    def from_environment(cls, profile: str | None = None) -> Self:
        """The client of `API_ENDPOINT`, signing as `profile` or as botocore finds.

        Reads `AWS_REGION` (or `AWS_DEFAULT_REGION`) and `PIPELINE_API_KEY` too. Raises
        Misconfigured.
        """
        endpoint = os.environ.get("API_ENDPOINT")
        if not endpoint:
            raise Misconfigured("API_ENDPOINT is not set")
        credentials, region = credentials_and_region(profile)
        api_key = os.environ.get("PIPELINE_API_KEY") or None
        return cls(endpoint, credentials=credentials, region=region, api_key=api_key)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()

    def close(self) -> None:
        """Close the connections."""
        self._session.close()

    def health(self) -> Health:
        """Ask the service how it is."""
        content = self._transport.get("/health", {}).content
        return Health(field_of(content, "status", str), field_of(content, "version", str))


def _pooled_session() -> requests.Session:
    session = requests.Session()
    # Otherwise urllib3 keeps ten connections and opens the others anew for every request.
    adapter = HTTPAdapter(pool_maxsize=MAX_CONCURRENCY)
    session.mount("https://", adapter)
    session.mount("http://", adapter)
    return session
