"""HTTP as API Gateway's Lambda proxy speaks it: requests, answers, and errors by one table."""

import base64
import binascii
import time
import zlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import unquote

from edge.entrance import entered
from edge.pages import Page
from edge.principal import Principal
from kernel import exact_json, logs
from kernel.errors import (
    Conflict,
    Fault,
    Forbidden,
    Invalid,
    Malformed,
    NotFound,
    PipelineError,
    Refused,
    Throttled,
    TooLarge,
    TryAgainLater,
    Unavailable,
    Unresolvable,
)
from kernel.invocation import LambdaContext

MAX_BODY_BYTES = 1024 * 1024
CONTENT_ENCODINGS = ("gzip", "identity")
_GZIP_MAGIC = b"\x1f\x8b"
# Lambda may answer 6 MB; beyond a thousand faults a caller learns nothing new.
MOST_FAULTS_TOLD = 1_000
_RETRY_AFTER_SECONDS = "1"
# A presigned URL carries its signature and its session token here: they are not what is asked for.
_SIGNATURE_PREFIX = "x-amz-"

# Of an error the nearest counts, so that a new one has the answer of its family.
_STATUS: dict[type[PipelineError], tuple[int, str]] = {
    PipelineError: (500, "INTERNAL_ERROR"),
    Refused: (400, "VALIDATION_ERROR"),
    Unresolvable: (409, "CONFLICT"),
    TryAgainLater: (503, "UNAVAILABLE"),
    Malformed: (400, "MALFORMED_JSON"),
    Invalid: (400, "VALIDATION_ERROR"),
    Forbidden: (403, "FORBIDDEN"),
    NotFound: (404, "NOT_FOUND"),
    Conflict: (409, "CONFLICT"),
    TooLarge: (413, "PAYLOAD_TOO_LARGE"),
    Throttled: (429, "THROTTLED"),
    Unavailable: (503, "UNAVAILABLE"),
}


@dataclass(frozen=True, slots=True)
class Request:
    """One call of the API; header names are in lower case, and no signature is in the query."""

    method: str
    route: str
    path_parameters: Mapping[str, str]
    query: Mapping[str, list[str]]
    headers: Mapping[str, str]
    body: bytes
    principal: Principal
    request_id: str

    @classmethod
    def of(cls, event: Mapping[str, Any]) -> "Request":
        """Read a proxy event; raises KeyError when it is none, and Refused for a bad body."""
        context = event["requestContext"]
        headers = {name.lower(): value for name, value in (event["headers"] or {}).items()}
        return cls(
            method=event["httpMethod"],
            route=event["resource"],
            path_parameters=event.get("pathParameters") or {},
            query=_asked(event.get("multiValueQueryStringParameters") or {}),
            headers=headers,
            body=_body(event, headers.get("content-encoding", "")),
            principal=Principal.of(context.get("identity") or {}),
            request_id=context["requestId"],
        )

    @property
    def parameters(self) -> Mapping[str, list[str]]:
        """What is given in the path and in the query."""
        # No id has a percent sign, so it does no harm where the gateway has decoded the path.
        path = {
            name: [unquote(value), *self.query.get(name, ())]
            for name, value in self.path_parameters.items()
        }
        return {**self.query, **path}

    def given(self, *names: str) -> Mapping[str, str | None]:
        """Query parameters as they are written; None for those that are not given."""
        return {name: next(iter(self.query.get(name, ())), None) for name in names}


@dataclass(frozen=True, slots=True)
class Answer:
    """What the caller gets: a status and a body already written as JSON."""

    status: int
    body: str
    headers: Mapping[str, str] = field(default_factory=dict)

    def to_proxy(self) -> dict[str, Any]:
        """The answer as API Gateway's Lambda proxy wants it."""
        headers = {"Content-Type": "application/json", "Cache-Control": "no-store", **self.headers}
        return {
            "statusCode": self.status,
            "headers": headers,
            "body": self.body,
            "isBase64Encoded": False,
        }


Handler = Callable[[Request], Answer]
Admit = Callable[[Request], None]
"""Raises Forbidden for a request that may not be answered."""


def json_answer(status: int, content: Mapping[str, Any]) -> Answer:
    """An answer with a JSON object."""
    return Answer(status, exact_json.dumps(content))


def page_answer(name: str, page: Page[Any], token: str | None, **beside: Any) -> Answer:
    """An answer with a page: how many items, the items under `name`, a token if more follow."""
    content = {**beside, "count": len(page.items)}
    members = [f'"{key}":{exact_json.dumps(value)}' for key, value in content.items()]
    members.append(f'"{name}":[{",".join(page.items)}]')
    if token is not None:
        members.append(f'"next_token":{exact_json.dumps(token)}')
    return Answer(200, f"{{{','.join(members)}}}")


def serve(
    event: Mapping[str, Any], context: LambdaContext, routes: Mapping[str, Handler], admit: Admit
) -> dict[str, Any]:
    """Answer one proxy event with the handler of its route, `"POST /ingest"`, if it is admitted.

    Raises KeyError for an event that did not come from API Gateway: an asynchronous invocation
    with such a payload must fail, so that it reaches its dead-letter queue.
    """
    started = time.perf_counter()
    request_id = event["requestContext"]["requestId"]
    route = f"{event['httpMethod']} {event['resource']}"
    handle = routes[route]
    caller = ""
    try:
        request = Request.of(event)
        caller = request.principal.id
        with entered(context):
            admit(request)
            answer = handle(request)
    except TryAgainLater as error:
        cause = str(error.__cause__ or error)
        logs.warning("request_postponed", route=route, request_id=request_id, cause=cause)
        answer = _refusal(error, request_id)
    except PipelineError as error:
        answer = _refusal(error, request_id)
    except Exception:
        logs.error("request_failed", route=route, request_id=request_id)
        answer = _error(500, "INTERNAL_ERROR", "Something went wrong on our side.", [], request_id)
    logs.info(
        "request",
        route=route,
        status=answer.status,
        duration_ms=round((time.perf_counter() - started) * 1_000, 1),
        request_id=request_id,
        caller=caller,
    )
    return answer.to_proxy()


def _refusal(error: PipelineError, request_id: str) -> Answer:
    status, code = next(_STATUS[kind] for kind in type(error).__mro__ if kind in _STATUS)
    faults = error.faults if isinstance(error, Invalid) else ()
    details = [
        {"path": fault.path, "message": fault.message} for fault in faults[:MOST_FAULTS_TOLD]
    ]
    if len(faults) > MOST_FAULTS_TOLD:
        more = len(faults) - MOST_FAULTS_TOLD
        details.append({"path": "", "message": f"and {more} more faults"})
    return _error(status, code, str(error), details, request_id)


def _error(
    status: int, code: str, message: str, details: list[dict[str, str]], request_id: str
) -> Answer:
    error = {"code": code, "message": message, "details": details, "requestId": request_id}
    headers = {"Retry-After": _RETRY_AFTER_SECONDS} if status in (429, 503) else {}
    return Answer(status, exact_json.dumps({"error": error}), headers)


def _asked(query: Mapping[str, list[str]]) -> dict[str, list[str]]:
    return {
        name: values
        for name, values in query.items()
        if not name.lower().startswith(_SIGNATURE_PREFIX)
    }


def _body(event: Mapping[str, Any], encoding: str) -> bytes:
    text = event.get("body") or ""
    try:
        body = base64.b64decode(text) if event.get("isBase64Encoded") else text.encode()
    except (binascii.Error, UnicodeEncodeError) as error:
        raise Malformed("The body cannot be read.") from error
    if encoding.strip().lower() not in ("", *CONTENT_ENCODINGS):
        raise Invalid([Fault("Content-Encoding", "must be gzip, identity or absent")])
    # The header does not tell: API Gateway unpacks gzip itself where compression is enabled, yet
    # leaves the header as it was, and gateways before it rename the header. No JSON begins so.
    if body.startswith(_GZIP_MAGIC):
        body = _unpacked(body)
    if len(body) > MAX_BODY_BYTES:
        raise TooLarge(f"The body is longer than {MAX_BODY_BYTES} bytes.")
    return body


def _unpacked(body: bytes) -> bytes:
    stream = zlib.decompressobj(wbits=zlib.MAX_WBITS | 16)
    try:
        # One byte past the limit tells a body that is too large; a bomb never unfolds.
        unpacked = stream.decompress(body, MAX_BODY_BYTES + 1)
    except zlib.error as error:
        raise Malformed("The body begins as gzip does, but is not gzip.") from error
    if len(unpacked) <= MAX_BODY_BYTES and (not stream.eof or stream.unused_data):
        raise Malformed("The body is not one whole gzip stream.")
    return unpacked
