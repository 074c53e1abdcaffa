"""The way from the client to a pipeline in memory, without a socket."""

from typing import Any
from urllib.parse import parse_qsl, urlsplit

import requests
from botocore.credentials import Credentials
from requests.adapters import BaseAdapter

from iot_pipeline.client import PipelineClient
from iot_pipeline.retrying import RetryPolicy
from iot_pipeline.testing.http import Request
from iot_pipeline.testing.memory import InMemoryPipeline

_ENDPOINT = "https://pipeline.invalid/prod"


class InMemoryAdapter(BaseAdapter):
    """Hands what requests would send to a pipeline in memory."""

    def __init__(self, pipeline: InMemoryPipeline, stage: str) -> None:
        super().__init__()
        self._pipeline = pipeline
        self._stage = stage

    def send(self, request: requests.PreparedRequest, *_: Any, **__: Any) -> requests.Response:
        """Answer at once; timeouts, proxies and certificates mean nothing here."""
        parts = urlsplit(str(request.url))
        body = request.body or b""
        received = Request(
            method=str(request.method),
            path=parts.path.removeprefix(self._stage),
            query=dict(parse_qsl(parts.query, keep_blank_values=True)),
            headers={name.lower(): value for name, value in request.headers.items()},
            body=body.encode("utf-8") if isinstance(body, str) else body,
        )
        answer = self._pipeline.answer(received)
        response = requests.Response()
        response.status_code = answer.status
        response.headers.update(answer.headers)
        response._content = answer.body
        response.request = request
        response.url = str(request.url)
        return response

    def close(self) -> None:
        """Nothing is open."""


def in_memory_client(
    pipeline: InMemoryPipeline, *, api_key: str | None = None, retry: RetryPolicy | None = None
) -> PipelineClient:
    """A real client whose requests end in memory; it retries without waiting."""
    session = requests.Session()
    session.mount(_ENDPOINT, InMemoryAdapter(pipeline, urlsplit(_ENDPOINT).path))
    return PipelineClient(
        _ENDPOINT,
        credentials=Credentials("access-key", "secret-key"),
        region="us-east-1",
        api_key=api_key,
        session=session,
        retry=retry or RetryPolicy(sleep=_no_wait),
    )


def _no_wait(_seconds: float) -> None:
    """Time does not pass in memory."""
