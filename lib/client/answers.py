"""From an HTTP answer to its JSON, or to the error that it stands for."""

from collections.abc import Mapping
from typing import Any, TypeVar

from requests import Response, codes

from lib.client import exact_json
from lib.client.errors import (
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
from lib.client.values import Value, exact

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


def content_of(response: Response) -> dict[str, Any]:
    """The JSON object of a successful answer, empty where the API says that there is none.

    Raises UnexpectedAnswer for anything else.
    """
    content = {} if response.status_code == codes.no_content else _object_in(response)
    if content is None or not 200 <= response.status_code < 300:
        raise UnexpectedAnswer(
            f"the API answered {response.status_code} with something other than its JSON: "
            "is the endpoint right?",
            status=response.status_code,
        )
    return content


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


def _object_in(response: Response) -> dict[str, Any] | None:
    try:
        content = exact_json.loads(response.content)
    except ValueError:
        return None
    return content if isinstance(content, dict) else None


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
