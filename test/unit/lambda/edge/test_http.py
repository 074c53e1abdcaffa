import gzip
import json
import zlib

import pytest
from samples.api_calls import api_call
from samples.invocations import Invocation

from edge.http import MAX_BODY_BYTES, Answer, json_answer, serve
from kernel.errors import (
    Conflict,
    Fault,
    Forbidden,
    Invalid,
    NotFound,
    PipelineError,
    Throttled,
    Unavailable,
)


def answered(handle, event=None):
    proxy = serve(
        event or api_call("POST /ingest", {}), Invocation(), {"POST /ingest": handle}, admit
    )
    return proxy["statusCode"], json.loads(proxy["body"]), proxy["headers"]


def admit(_request):
    """Let everybody in."""


def raising(error):
    def handle(_request):
        raise error

    return handle


def body_length(request):
    return json_answer(200, {"bytes": len(request.body)})


@pytest.mark.parametrize(
    ("error", "status", "code"),
    [
        (Invalid([Fault("a", "b")]), 400, "VALIDATION_ERROR"),
        (Forbidden("no"), 403, "FORBIDDEN"),
        (NotFound("nothing"), 404, "NOT_FOUND"),
        (Conflict("taken"), 409, "CONFLICT"),
        (Throttled("busy"), 429, "THROTTLED"),
        (Unavailable("away"), 503, "UNAVAILABLE"),
    ],
)
def test_an_error_becomes_its_status_and_code(error, status, code):
    seen, body, headers = answered(raising(error))
    assert (seen, body["error"]["code"]) == (status, code)
    assert body["error"]["requestId"] == "request-1"
    assert ("Retry-After" in headers) == (status in (429, 503))


def test_every_fault_is_named_up_to_a_thousand():
    faults = [Fault(f"readings[{n}]", "is wrong") for n in range(1_500)]
    _, body, _ = answered(raising(Invalid(faults)))
    assert len(body["error"]["details"]) == 1_001
    assert body["error"]["details"][-1]["message"] == "and 500 more faults"


LONG = "\x7f" * 150_000


@pytest.mark.parametrize(
    ("error", "kept"),
    [
        (Invalid([Fault(f"readings[3].{LONG}", "is not a known field")]), "readings[3]."),
        (Invalid([Fault("a", f"must not be {LONG} at all")]), " at all"),
        (NotFound(f"There is no {LONG} here."), " here."),
    ],
)
def test_what_an_error_echoes_of_a_request_is_cut_in_the_middle(error, kept):
    _, body, _ = answered(raising(error))
    text = json.dumps(body, ensure_ascii=False)
    assert kept in text
    assert "…" in text
    assert len(text) < 500


def test_an_answer_to_nothing_but_long_faults_is_not_long():
    faults = [Fault(f"{LONG}{n}", LONG) for n in range(1_500)]
    proxy = serve(api_call("GET /"), Invocation(), {"GET /": raising(Invalid(faults))}, admit)
    assert len(proxy["body"]) < 2_500_000


def test_why_a_request_was_put_off_is_in_the_log_and_not_in_the_answer(capsys):
    try:
        raise Unavailable("away") from ValueError("the secret")
    except Unavailable as error:
        raised = error
    _, body, _ = answered(raising(raised))
    assert "secret" not in json.dumps(body)
    told = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    (postponed,) = [line for line in told if line["event"] == "request_postponed"]
    assert (postponed["level"], postponed["cause"]) == ("WARNING", "the secret")


def test_an_unexpected_error_shows_nothing_of_itself(capsys):
    status, body, _ = answered(raising(ValueError("the secret")))
    assert (status, body["error"]["code"]) == (500, "INTERNAL_ERROR")
    assert "secret" not in json.dumps(body)
    assert "the secret" in capsys.readouterr().out


def test_every_error_of_the_pipeline_is_answered_and_a_new_one_as_its_family_is():
    def family(kind):
        return [kind, *(one for child in kind.__subclasses__() for one in family(child))]

    new = [type("New", (kind,), {}) for kind in PipelineError.__subclasses__()]
    kinds = [*family(PipelineError), *new]
    assert len(kinds) > 15
    for kind in kinds:
        error = kind([]) if issubclass(kind, Invalid) else kind("why")
        status, _, _ = answered(raising(error))
        assert (status == 500) == (kind is PipelineError)


def test_who_is_not_admitted_reaches_no_handler():
    def refuse(_request):
        raise Forbidden("no")

    def never(_request):
        raise AssertionError("reached")

    proxy = serve(api_call("GET /"), Invocation(), {"GET /": never}, refuse)
    assert proxy["statusCode"] == 403


@pytest.mark.parametrize(
    "headers",
    [
        {"Content-Encoding": "gzip"},
        {"content-encoding": " GZIP "},
        {"Content-Encoding": "identity"},
        {"X-Renamed-Content-Encoding": "gzip"},
        {},
    ],
)
def test_gzip_is_known_by_its_first_bytes_whatever_the_header(headers):
    event = api_call("POST /ingest", gzip.compress(b"x" * 5), headers=headers)
    assert answered(body_length, event)[:2] == (200, {"bytes": 5})


def test_a_body_that_the_gateway_unpacked_already_is_taken_as_it_is():
    event = api_call("POST /ingest", b"plain", headers={"content-encoding": "gzip"})
    assert answered(body_length, event)[:2] == (200, {"bytes": 5})


@pytest.mark.parametrize("headers", [{}, {"Content-Encoding": "gzip"}])
@pytest.mark.parametrize("packed", [False, True])
def test_one_byte_over_the_limit_is_too_large(packed, headers):
    def status(size):
        body = b"x" * size
        event = api_call("POST /ingest", gzip.compress(body) if packed else body, headers=headers)
        return answered(body_length, event)[0]

    assert [status(MAX_BODY_BYTES), status(MAX_BODY_BYTES + 1)] == [200, 413]


@pytest.mark.parametrize("headers", [{}, {"Content-Encoding": "gzip"}])
@pytest.mark.parametrize("cut", [slice(None, -5), slice(None, 12), slice(None, 2)])
def test_a_gzip_body_cut_short_is_malformed(cut, headers):
    packed = gzip.compress(b"x" * 5_000)
    event = api_call("POST /ingest", packed[cut], headers=headers)
    status, body, _ = answered(body_length, event)
    assert (status, body["error"]["code"]) == (400, "MALFORMED_JSON")


@pytest.mark.parametrize("encoding", ["deflate", "br", "gzip, deflate", "gzip, gzip", "zip"])
@pytest.mark.parametrize("body", [b"{}", zlib.compress(b"{}"), b"\x1f\x8bno gzip"])
def test_another_content_encoding_is_refused_by_name_before_anything_is_unpacked(encoding, body):
    event = api_call("POST /ingest", body, headers={"Content-Encoding": encoding})
    status, answer, _ = answered(body_length, event)
    assert (status, answer["error"]["code"]) == (400, "VALIDATION_ERROR")
    assert answer["error"]["details"] == [
        {"path": "Content-Encoding", "message": "must be gzip, identity or absent"}
    ]


def test_a_payload_that_is_no_api_call_fails_the_invocation():
    with pytest.raises(KeyError):
        serve({"hello": "world"}, Invocation(), {}, admit)


def test_sessions_of_one_role_are_one_caller():
    callers = []

    def handle(request):
        callers.append(request.principal.id)
        return Answer(200, "{}")

    for session in ("one", "two"):
        arn = f"arn:aws:sts::0:assumed-role/sender/{session}"
        answered(handle, api_call("POST /ingest", {}, caller=arn))
    assert callers == ["arn:aws:sts::0:assumed-role/sender"] * 2
