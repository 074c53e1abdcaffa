"""Calls whose signature stands in the query, as AWS's own clients write presigned URLs."""

from urllib.parse import parse_qs, urlencode, urlsplit

import pytest
from botocore.auth import SigV4QueryAuth
from botocore.awsrequest import AWSRequest
from botocore.credentials import Credentials
from samples.readings import START

from functions.alerting import alerts, rules
from functions.service import openapi
from functions.states import stats
from functions.telemetry import query

CREDENTIALS = Credentials("AKIAIOSFODNN7EXAMPLE", "secret", "session+token==")
DAY = {"device_id": "device-1", "event_date": "2025-11-21"}
SPAN = {"start": "2025-11-21T00:00:00Z", "end": "2025-11-22T00:00:00Z"}
ROUTES = [
    (query, "GET /query", None, DAY),
    (query, "GET /devices/{device_id}/events", {"device_id": "device-1"}, SPAN),
    (query, "GET /health", None, {}),
    (rules, "GET /rules", None, {"device_id": "device-1"}),
    (rules, "GET /rules/{rule_id}", {"rule_id": "none"}, {}),
    (alerts, "GET /alerts", None, {"device_id": "device-1", **SPAN}),
    (stats, "GET /stats", None, {"date": "2025-11-21"}),
    (stats, "GET /stats-html", None, {"date": "2025-11-21"}),
    (openapi, "GET /openapi.json", None, {}),
]


def presigned(asked, named=str):
    """The query of a URL that botocore signed; `named` spells the names of its parameters."""
    request = AWSRequest("GET", f"https://api.example/prod/x?{urlencode(asked)}")
    SigV4QueryAuth(CREDENTIALS, "execute-api", "eu-central-1").add_auth(request)
    signed = parse_qs(urlsplit(request.url).query)
    assert {"X-Amz-Signature", "X-Amz-Security-Token"} <= signed.keys()
    return {name if name in asked else named(name): values for name, values in signed.items()}


def pages(pipeline, asked, spelled):
    """The moments of a query's readings, by pages of two, each asked for as `spelled` writes it."""
    asked, found = {**asked, "limit": "2"}, []
    while True:
        status, page, _ = pipeline.call(query, "GET /query", query=spelled(asked))
        assert status == 200, page
        found += [item["timestamp"] - START for item in page["items"]]
        if "next_token" not in page:
            return found
        asked["next_token"] = page["next_token"]


@pytest.fixture
def filled(pipeline):
    """A pipeline that holds five readings of one device."""
    rows = [
        {"device_id": "device-1", "sensor_data": {"n": n}, "timestamp": START + n} for n in range(5)
    ]
    pipeline.ingest({"readings": rows})
    pipeline.process()
    return pipeline


@pytest.mark.parametrize("named", [str, str.lower, str.upper])
@pytest.mark.parametrize(
    ("function", "route", "path", "asked"), ROUTES, ids=[route for _, route, *_ in ROUTES]
)
def test_a_presigned_url_is_answered_as_a_signed_call_is(
    filled, function, route, path, asked, named
):
    def call(written):
        answer = filled.invoke(function, filled.event(route, path=path, query=written))
        return answer["statusCode"], answer["body"]

    plain = call(asked)
    assert plain[0] == (404 if "rule_id" in route else 200)
    assert call(presigned(asked, named)) == plain


def test_the_pages_of_presigned_urls_lead_on_under_any_other_signature(filled):
    turns = iter([presigned, dict, presigned])
    assert pages(filled, DAY, lambda asked: next(turns)(asked)) == [0, 1, 2, 3, 4]


def test_a_parameter_beside_the_signature_is_still_refused_by_name(pipeline):
    status, answer, _ = pipeline.call(query, "GET /query", query=presigned({**DAY, "colour": "1"}))
    assert status == 400
    assert [fault["path"] for fault in answer["error"]["details"]] == ["colour"]


@pytest.mark.parametrize("broken", [False, True])
def test_a_signature_is_never_logged(pipeline, capsys, broken):
    if broken:
        pipeline.environment["PROCESSED_TABLE"] = "gone"
    asked = presigned(DAY)
    status, _, _ = pipeline.call(query, "GET /query", query=asked)
    assert status == (500 if broken else 200)
    logged = capsys.readouterr().out
    assert '"event": "request"' in logged
    assert asked["X-Amz-Signature"][0] not in logged
    assert "session" not in logged
