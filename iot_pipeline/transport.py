"""One signed request after the other, each repeated until it is answered for good."""

import gzip
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

import requests
from requests import exceptions

from iot_pipeline import exact_json
from iot_pipeline.answers import ListPage, WebPage, content_of, error_of, list_of, page_of
from iot_pipeline.errors import AnsweredWithError, Misconfigured, RequestRefused, Unavailable
from iot_pipeline.retrying import RETRIED_STATUSES, RetryPolicy, retry_after_seconds
from iot_pipeline.signing import SignedRequests

COMPRESSED_FROM_BYTES = 1_400
"""A smaller body fits into one network packet: compressing it saves nothing."""

GZIP_LEVEL = 5
"""Telemetry at level 9 is 5 % smaller than at 5 and takes four times as long."""

_NO_QUERY: Mapping[str, str] = {}

# A certificate that is not trusted today is not trusted in ten seconds either.
_HOPELESS = (
    exceptions.SSLError,
    exceptions.InvalidURL,
    exceptions.InvalidSchema,
    exceptions.MissingSchema,
    exceptions.InvalidProxyURL,
    exceptions.InvalidHeader,
)
_TRANSIENT = (exceptions.ConnectionError, exceptions.Timeout, exceptions.ChunkedEncodingError)


@dataclass(frozen=True, slots=True)
class Answered:
    """A successful answer, how many attempts it took and how many bytes each sent."""

    content: dict[str, Any]
    attempts: int
    sent_bytes: int


@dataclass(frozen=True, slots=True)
class _Successful:
    """The response to the attempt that succeeded."""

    response: requests.Response
    attempts: int
    sent_bytes: int


@dataclass(frozen=True)
class Transport:
    """Sends signed JSON to one endpoint; safe to use from several threads."""

    session: requests.Session
    endpoint: str
    auth: SignedRequests
    retry: RetryPolicy
    timeout_seconds: float
    api_key: str | None = None

    def get(self, path: str, query: Mapping[str, str]) -> Answered:
        """Get JSON; raises what `iot_pipeline.errors` lists."""
        return self._answered("GET", path, None, query)

    def get_list(self, path: str, query: Mapping[str, str]) -> ListPage:
        """Get a page of a JSON list of objects; raises what `iot_pipeline.errors` lists."""
        return list_of(self._request("GET", path, query, None).response)

    def get_page(self, path: str, query: Mapping[str, str]) -> WebPage:
        """Get an HTML page; raises what `iot_pipeline.errors` lists."""
        return page_of(self._request("GET", path, query, None, accept="text/html").response)

    def post(self, path: str, content: object) -> Answered:
        """Post JSON; raises what `iot_pipeline.errors` lists."""
        return self.post_encoded(path, exact_json.dumps(content).encode("utf-8"))

    def post_encoded(self, path: str, body: bytes) -> Answered:
        """Post JSON that is encoded already, compressed where that pays."""
        return self._answered("POST", path, body)

    def put(self, path: str, content: object) -> Answered:
        """Put JSON; raises what `iot_pipeline.errors` lists."""
        return self._answered("PUT", path, exact_json.dumps(content).encode("utf-8"))

    def delete(self, path: str) -> Answered:
        """Delete; raises what `iot_pipeline.errors` lists."""
        return self._answered("DELETE", path, None)

    def _answered(
        self, method: str, path: str, body: bytes | None, query: Mapping[str, str] = _NO_QUERY
    ) -> Answered:
        done = self._request(method, path, query, body)
        return Answered(content_of(done.response), done.attempts, done.sent_bytes)

    def _request(
        self,
        method: str,
        path: str,
        query: Mapping[str, str],
        body: bytes | None,
        accept: str = "application/json",
    ) -> _Successful:
        headers = {"Accept": accept}
        if self.api_key is not None:
            headers["x-api-key"] = self.api_key
        if body is not None:
            headers["Content-Type"] = "application/json"
            if len(body) >= COMPRESSED_FROM_BYTES:
                # No time inside: a repeat is the same bytes.
                body = gzip.compress(body, GZIP_LEVEL, mtime=0)
                headers["Content-Encoding"] = "gzip"
        attempt = 1
        answer_was_lost = False
        while True:
            try:
                outcome, asked_seconds = self._attempt(method, path, query, headers, body)
            except RequestRefused as refused:
                refused.answer_was_lost = answer_was_lost
                raise
            if isinstance(outcome, requests.Response):
                return _Successful(outcome, attempt, len(body or b""))
            # Who is throttled was not listened to; anybody else may have been.
            answer_was_lost = answer_was_lost or isinstance(outcome, Unavailable)
            wait_seconds = self.retry.wait_seconds(attempt, asked_seconds)
            if wait_seconds is None:
                outcome.add_note(f"gave up after {attempt} attempts")
                raise outcome
            self.retry.sleep(wait_seconds)
            attempt += 1

    def _attempt(
        self,
        method: str,
        path: str,
        query: Mapping[str, str],
        headers: Mapping[str, str],
        body: bytes | None,
    ) -> tuple[requests.Response | AnsweredWithError, float | None]:
        """One attempt: what it brought, or an error to retry and the wait that it asks for."""
        try:
            response = self.session.request(
                method,
                self.endpoint + path,
                params=query,
                headers=headers,
                data=body,
                auth=self.auth,
                timeout=self.timeout_seconds,
                # A signature holds for one host and path: following would only be refused.
                allow_redirects=False,
            )
        except _HOPELESS as error:
            raise Misconfigured(f"cannot talk to {self.endpoint}: {error}") from error
        except _TRANSIENT as error:
            return _not_reached(self.auth.aws_host, error), None
        except exceptions.RequestException as error:
            raise Unavailable(f"no readable answer from {self.endpoint}: {error}") from error
        if response.status_code < 400:
            return response, None
        error_answer = error_of(response)
        if response.status_code not in RETRIED_STATUSES:
            raise error_answer
        asked = retry_after_seconds(response.headers.get("Retry-After"), lambda: datetime.now(UTC))
        return error_answer, asked


def _not_reached(host: str, error: Exception) -> Unavailable:
    reason = "no answer in time" if isinstance(error, exceptions.Timeout) else "no connection"
    unavailable = Unavailable(f"{reason}: {host}")
    unavailable.__cause__ = error
    return unavailable
