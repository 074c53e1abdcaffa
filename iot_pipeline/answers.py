"""From an HTTP answer to its JSON, or to the error that it stands for."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, TypeVar

from requests import Response, codes

from iot_pipeline import exact_json
from iot_pipeline.errors import (
    AnsweredWithError,
    Conflict,
    Fault,
    NotAuthorized,
    NotFound,
    PayloadTooLarge,
    RequestRefused,
    Throttled,
    Unavailable,
    UnexpectedAnswer,
    ValidationFailed,
)
from iot_pipeline.values import Value, exact

_T = TypeVar("_T")

_BY_STATUS: Mapping[int, type[AnsweredWithError]] = {
    400: ValidationFailed,
    401: NotAuthorized,
    403: NotAuthorized,
    404: NotFound,
    409: Conflict,
    413: PayloadTooLarge,
    429: Throttled,
}


@dataclass(frozen=True, slots=True)
class WebPage:
    """A page as the API answers it; the names of its headers in any case."""

    html: str
    headers: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class ListPage:
    """A part of a list as the API answers it, and the token of the next one if more follows."""

    entries: list[dict[str, Any]]
    next_token: str | None


def content_of(response: Response) -> dict[str, Any]:
    """The JSON object of a successful answer, empty where the API says that there is none.

    Raises UnexpectedAnswer for anything else.
    """
    content = {} if response.status_code == codes.no_content else _object_in(response)
    if content is None or not _succeeded(response):
        raise _unexpected(response, "JSON")
    return content


def list_of(response: Response) -> ListPage:
    """The JSON objects of a successful answer that is a list; raises UnexpectedAnswer."""
    content = _json_in(response) if _succeeded(response) else None
    if not isinstance(content, list) or not all(isinstance(one, dict) for one in content):
        raise _unexpected(response, "JSON")
    return ListPage(content, response.headers.get("X-Next-Token"))


def page_of(response: Response) -> WebPage:
    """The page of a successful answer; raises UnexpectedAnswer for anything else."""
    if not (_succeeded(response) and _is_html(response)):
        raise _unexpected(response, "page")
    try:
        return WebPage(response.content.decode("utf-8"), response.headers)
    except UnicodeDecodeError as error:
        raise _unexpected(response, "page") from error


def field_of(content: Mapping[str, Any], name: str, kind: type[_T]) -> _T:
    """A field that the contract promises; raises UnexpectedAnswer where it is missing."""
    value = content.get(name)
    if not isinstance(value, kind):
        raise UnexpectedAnswer(f"the API's answer lacks {name!r}")
    return value


def optional_field_of(content: Mapping[str, Any], name: str, kind: type[_T]) -> _T | None:
    """A field that need not be there; raises UnexpectedAnswer where it is of another kind."""
    return None if content.get(name) is None else field_of(content, name, kind)


def value_of(content: Mapping[str, Any], name: str) -> Value:
    """A number, boolean or text that the contract promises; raises UnexpectedAnswer."""
    try:
        return exact(content.get(name))
    except ValueError as error:
        raise UnexpectedAnswer(f"the API's answer lacks {name!r}") from error


def error_of(response: Response) -> AnsweredWithError:
    """The error that an answer of 400 or more stands for, whoever gave it.

    API Gateway itself answers `{"message": …}` and names the request in a header; what stands
    before it may answer with a page.
    """
    status = response.status_code
    content = _object_in(response) or {}
    body = content.get("error")
    error: Mapping[str, Any] = body if isinstance(body, Mapping) else {}
    message = _text(error, "message") or _text(content, "message") or _text(content, "Message")
    kind = _BY_STATUS.get(status, Unavailable if status >= 500 else RequestRefused)
    return kind(
        message or f"the API answered {status} {response.reason or ''}".rstrip(),
        status=status,
        code=_text(error, "code"),
        details=_faults(error.get("details")),
        request_id=_text(error, "requestId") or response.headers.get("x-amzn-RequestId"),
    )


def _succeeded(response: Response) -> bool:
    return 200 <= response.status_code < 300


def _is_html(response: Response) -> bool:
    return response.headers.get("Content-Type", "").partition(";")[0].strip() == "text/html"


def _unexpected(response: Response, wanted: str) -> UnexpectedAnswer:
    return UnexpectedAnswer(
        f"the API answered {response.status_code} with something other than its {wanted}: "
        "is the endpoint right?",
        status=response.status_code,
    )


def _object_in(response: Response) -> dict[str, Any] | None:
    content = _json_in(response)
    return content if isinstance(content, dict) else None


def _json_in(response: Response) -> object:
    try:
        return exact_json.loads(response.content)
    except ValueError:
        return None


def _text(fields: Mapping[str, Any], name: str) -> str | None:
    value = fields.get(name)
    return value if isinstance(value, str) and value else None


def _faults(details: object) -> list[Fault]:
    if not isinstance(details, list):
        return []
    return [
        Fault(_text(entry, "path") or "", _text(entry, "message") or "")
        for entry in details
        if isinstance(entry, Mapping)
    ]
