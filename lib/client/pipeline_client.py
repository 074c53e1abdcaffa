"""The Python client of the pipeline's API."""

import os
from collections.abc import Iterable, Iterator
from datetime import date
from types import TracebackType
from typing import Any, Literal, Self
from urllib.parse import urlsplit

import requests
from botocore.credentials import Credentials
from requests.adapters import HTTPAdapter

from lib.client.answers import field_of
from lib.client.aws_session import credentials_and_region
from lib.client.batching import MAX_READINGS, batches
from lib.client.errors import InvalidReading, Misconfigured, UnexpectedAnswer
from lib.client.model import (
    BatchIngested,
    Health,
    Ingested,
    Processed,
    Reading,
    SendReport,
)
from lib.client.moments import Moment, epoch_ms
from lib.client.retrying import DEFAULT_MAX_ATTEMPTS, RetryPolicy
from lib.client.sending import Progress, Sending
from lib.client.signing import SignedRequests
from lib.client.transport import Transport

DEFAULT_TIMEOUT_SECONDS = 35.0
"""API Gateway itself gives up after 29 seconds."""

DEFAULT_CONCURRENCY = 4
MAX_CONCURRENCY = 64


class PipelineClient:
    """Signs, batches, retries and pages for its caller; safe to use from several threads."""

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

    @classmethod
    def from_environment(cls, profile: str | None = None) -> Self:
        """The client of `API_ENDPOINT`, signing as `profile` or as boto3 finds.

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

    def ingest(self, reading: Reading) -> Ingested:
        """Send one reading; when this returns, it is stored for good."""
        content = self._transport.post("/ingest", reading.as_request()).content
        return Ingested(field_of(content, "device_id", str), field_of(content, "timestamp", int))

    def ingest_many(self, readings: Iterable[Reading]) -> BatchIngested:
        """Send up to 1,000 readings in one request: all are stored, or none is.

        Raises InvalidReading when they do not fit into one request.
        """
        found = list(batches(readings))
        if len(found) != 1:
            raise InvalidReading(
                f"a request holds 1 to {MAX_READINGS:,} readings within 1 MiB: use send"
            )
        content = self._transport.post_encoded("/ingest", found[0].body).content
        return BatchIngested(
            field_of(content, "accepted", int), field_of(content, "submission_id", str)
        )

    def send(
        self,
        readings: Iterable[Reading],
        *,
        on_progress: Progress | None = None,
        batch_size: int = MAX_READINGS,
        concurrency: int = DEFAULT_CONCURRENCY,
    ) -> SendReport:
        """Send a stream of any length in batches, `concurrency` requests at a time.

        `on_progress` is called in this thread after each accepted batch. Raises SendStopped when
        a batch fails for good, and whatever the stream itself raises.
        """
        if not 1 <= concurrency <= MAX_CONCURRENCY:
            raise ValueError(f"concurrency is 1 to {MAX_CONCURRENCY}, not {concurrency}")
        sending = Sending(lambda body: self._transport.post_encoded("/ingest", body), on_progress)
        return sending.run(batches(readings, batch_size), concurrency)

    def query(
        self,
        device_id: str,
        *,
        event_date: date | str | None = None,
        start: Moment | None = None,
        end: Moment | None = None,
        table: Literal["processed", "raw"] = "processed",
        order: Literal["asc", "desc"] = "asc",
        page_size: int = MAX_READINGS,
    ) -> Iterator[dict[str, Any]]:
        """Iterate over a device's items in time order, fetching pages as they are needed.

        `start` to `end` is half open, at most 31 days; without them and `event_date`: today (UTC).
        Numbers are int or Decimal, with every digit.
        """
        asked = {
            "device_id": device_id,
            "event_date": _day(event_date),
            "start": None if start is None else str(epoch_ms(start)),
            "end": None if end is None else str(epoch_ms(end)),
            "table": table,
            "order": order,
            "limit": str(page_size),
        }
        query = {name: value for name, value in asked.items() if value is not None}
        while True:
            content = self._transport.get("/query", query).content
            yield from field_of(content, "items", list)
            token = content.get("next_token")
            if token is None:
                return
            if not isinstance(token, str) or token == query.get("next_token"):
                raise UnexpectedAnswer("the API answered with the page token that it was given")
            query["next_token"] = token

    def process(
        self, device_id: str, start: Moment, end: Moment, *, dry_run: bool = False
    ) -> Processed:
        """Process again what a device sent from `start` to before `end`; safe to repeat.

        A range too large for one request is continued until it is finished.
        """
        first, last = epoch_ms(start), epoch_ms(end)
        enqueued = requests_made = 0
        while True:
            request = {"device_id": device_id, "start": first, "end": last, "dry_run": dry_run}
            content = self._transport.post("/process", request).content
            enqueued += field_of(content, "enqueued", int)
            requests_made += 1
            next_start = content.get("next_start")
            if next_start is None:
                return Processed(device_id, enqueued, requests_made)
            if not isinstance(next_start, int) or next_start <= first:
                raise UnexpectedAnswer("the API does not get on with the range")
            first = next_start

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


def _day(event_date: date | str | None) -> str | None:
    return f"{event_date:%Y-%m-%d}" if isinstance(event_date, date) else event_date
