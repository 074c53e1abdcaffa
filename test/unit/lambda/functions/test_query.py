import pytest
from samples.readings import START
from samples.stack import parameter

from functions.telemetry import query

DAY = {"device_id": "device-1", "event_date": "2025-11-21"}


@pytest.fixture
def filled(pipeline):
    """A pipeline that has processed five readings of one device."""
    rows = [
        {"device_id": "device-1", "sensor_data": {"n": n}, "timestamp": START + n} for n in range(5)
    ]
    pipeline.ingest({"readings": rows})
    pipeline.process()
    return pipeline


def get(pipeline, route="GET /query", **how):
    return pipeline.call(query, route, **how)


@pytest.mark.parametrize("table", ["processed", "raw"])
@pytest.mark.parametrize("order", ["asc", "desc"])
def test_pages_lead_through_all_readings_in_order(filled, table, order):
    asked, found = {**DAY, "table": table, "order": order, "limit": "2"}, []
    for expected in (2, 2, 1):
        status, page, _ = get(filled, query=asked)
        assert (status, page["count"]) == (200, expected)
        found += [item["timestamp"] - START for item in page["items"]]
        asked["next_token"] = page.get("next_token")
    assert asked["next_token"] is None
    assert found == sorted(range(5), reverse=order == "desc")


def test_a_token_is_good_for_its_own_query_only(filled):
    token = get(filled, query={**DAY, "limit": "2"})[1]["next_token"]
    status, answer, _ = get(filled, query={**DAY, "order": "desc", "next_token": token})
    assert (status, answer["error"]["details"][0]["path"]) == (400, "next_token")


def test_an_unknown_device_has_no_readings(filled):
    assert filled.items(**{**DAY, "device_id": "nobody"}) == []


def test_health_tells_the_version(pipeline):
    status, answer, _ = get(pipeline, "GET /health")
    assert (status, answer) == (200, {"status": "ok", "version": "1.2.3"})


@pytest.mark.parametrize("route", ["GET /query", "GET /health"])
def test_the_api_key_is_asked_for_once_an_operator_has_set_one(pipeline, route):
    pipeline.set_parameter("api_key", "let me in")
    assert get(pipeline, route, query=DAY)[0] == 403
    headers = {"x-api-key": "let me in"}
    assert get(pipeline, route, query=DAY if "query" in route else None, headers=headers)[0] == 200


def test_a_container_reads_the_parameters_of_its_function_in_one_call(pipeline, overhear):
    calls = overhear("ssm", "GetParameters")
    for route in ("GET /health", "GET /query", "GET /query"):
        assert get(pipeline, route, query=DAY if "query" in route else None)[0] == 200
    names = sorted(parameter(id_)["Name"] for id_ in ("api_key", "page_token_key"))
    assert [sorted(call["Names"]) for call in calls] == [names]


def test_who_cannot_be_asked_for_the_key_yet_is_told_to_try_again(pipeline):
    pipeline.refuse("ssm", "GetParameters", "InternalServerError", 500)
    status, _, headers = get(pipeline, "GET /health")
    assert (status, "Retry-After" in headers) == (503, True)


def test_a_table_that_is_away_is_told_from_one_without_readings(filled):
    filled.refuse("dynamodb", "Query", "InternalServerError", 500)
    assert get(filled, query=DAY)[0] == 503


def test_an_event_that_is_not_from_api_gateway_fails(pipeline):
    with pytest.raises(KeyError):
        pipeline.invoke(query, {})
