"""Answers and the errors that they stand for."""

from decimal import Decimal

import pytest
from requests import Response

from iot_pipeline import (
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
    Value,
)
from iot_pipeline.answers import (
    content_of,
    error_of,
    field_of,
    list_of,
    optional_field_of,
    page_of,
    value_of,
)


def response(status: int, body: bytes, reason: str = "") -> Response:
    answer = Response()
    answer.status_code = status
    answer.reason = reason
    answer._content = body
    return answer


@pytest.mark.parametrize(
    ("status", "kind"),
    [
        (400, ValidationFailed),
        (401, NotAuthorized),
        (403, NotAuthorized),
        (404, NotFound),
        (405, RequestRefused),
        (409, Conflict),
        (413, PayloadTooLarge),
        (429, Throttled),
        (500, Unavailable),
        (503, Unavailable),
        (504, Unavailable),
    ],
)
def test_each_status_has_its_error(status: int, kind: type[AnsweredWithError]) -> None:
    assert type(error_of(response(status, b"{}"))) is kind


def test_every_fault_of_a_refusal_is_kept() -> None:
    body = b"""{"error": {"code": "VALIDATION_ERROR", "message": "Not valid.", "requestId": "r-1",
        "details": [{"path": "readings[3].sensor_data.temp", "message": "is NaN"},
                    {"path": "device_id", "message": "is required"}, "odd"]}}"""
    error = error_of(response(400, body))
    assert str(error) == "Not valid."
    assert (error.status, error.code, error.request_id) == (400, "VALIDATION_ERROR", "r-1")
    assert error.details == [
        Fault("readings[3].sensor_data.temp", "is NaN"),
        Fault("device_id", "is required"),
    ]


def test_an_answer_of_api_gateway_itself_is_understood() -> None:
    answer = response(403, b'{"message": "Missing Authentication Token"}')
    answer.headers["x-amzn-RequestId"] = "r-2"
    error = error_of(answer)
    assert str(error) == "Missing Authentication Token"
    assert error.request_id == "r-2"


@pytest.mark.parametrize(
    "body",
    [
        b"<html>Bad Gateway</html>",
        b"",
        b"\xff\xfe",
        b"[]",
        b'{"error": 1}',
        b'{"error": {"code": 2}}',
    ],
)
def test_any_other_body_becomes_a_sentence_with_the_status(body: bytes) -> None:
    assert str(error_of(response(502, body, "Bad Gateway"))) == "the API answered 502 Bad Gateway"


@pytest.mark.parametrize(
    "answer", [response(200, b"<html></html>"), response(200, b"[]"), response(302, b"{}")]
)
def test_a_success_outside_the_contract_is_an_error(answer: Response) -> None:
    with pytest.raises(UnexpectedAnswer, match="is the endpoint right"):
        content_of(answer)


def test_an_answer_without_content_is_empty() -> None:
    assert content_of(response(204, b"")) == {}


def test_a_missing_field_is_an_error() -> None:
    with pytest.raises(UnexpectedAnswer, match="'accepted'"):
        field_of({}, "accepted", int)


def test_a_field_that_may_be_missing_must_be_of_its_kind() -> None:
    assert optional_field_of({}, "name", str) is None
    assert optional_field_of({"name": "hot"}, "name", str) == "hot"
    with pytest.raises(UnexpectedAnswer, match="'name'"):
        optional_field_of({"name": 1}, "name", str)


@pytest.mark.parametrize("value", [False, 0, Decimal("0.10"), ""])
def test_a_value_may_be_a_number_a_boolean_or_a_text(value: Value) -> None:
    assert value_of({"value": value}, "value") is value


@pytest.mark.parametrize("content", [{}, {"value": None}, {"value": [1]}])
def test_any_other_value_is_an_error(content: dict[str, object]) -> None:
    with pytest.raises(UnexpectedAnswer, match="'value'"):
        value_of(content, "value")


def page(status: int, body: bytes, kind: str) -> Response:
    answer = response(status, body)
    answer.headers["Content-Type"] = kind
    return answer


def test_a_list_of_objects_is_read_exactly() -> None:
    found = list_of(response(200, b'[{"n": 0.10}, {}]'))
    assert (found.entries, found.next_token) == ([{"n": Decimal("0.10")}, {}], None)


@pytest.mark.parametrize(
    ("status", "body"), [(200, b"{}"), (200, b"[[]]"), (200, b""), (302, b"[]")]
)
def test_anything_but_a_list_of_objects_is_unexpected(status: int, body: bytes) -> None:
    with pytest.raises(UnexpectedAnswer, match=f"answered {status}"):
        list_of(response(status, body))


@pytest.mark.parametrize("kind", ["text/html", "text/html; charset=utf-8"])
def test_a_page_is_utf_8(kind: str) -> None:
    found = page_of(page(200, "ü".encode(), kind))
    assert (found.html, found.headers["content-type"]) == ("ü", kind)


@pytest.mark.parametrize(
    ("status", "body", "kind"),
    [(200, b"{}", "application/json"), (200, b"\xff", "text/html"), (302, b"", "text/html")],
)
def test_anything_but_a_page_is_unexpected(status: int, body: bytes, kind: str) -> None:
    with pytest.raises(UnexpectedAnswer, match=f"answered {status}"):
        page_of(page(status, body, kind))
