"""What is true of every route of the contracts, those to come included."""

import json
from importlib import import_module

import pytest

from api_document.endpoints import ENDPOINTS, PARTS

TAKING_A_BODY = [route for route, endpoint in ENDPOINTS.items() if endpoint.body]
# Every example of every row: two contexts may answer one route.
BODIES = [
    pytest.param(endpoint.route, exchange.body, id=f"{endpoint.route} {exchange.name}")
    for part in PARTS
    for endpoint in part.endpoints
    for exchange in endpoint.exchanges
    if exchange.body
]
TAKING_PARAMETERS = [
    route
    for route, endpoint in ENDPOINTS.items()
    if any(parameter.get("in") == "query" for parameter in endpoint.parameters)
]
# What a parser takes, some row names: one that it takes and its own row does not shows here.
PARAMETERS = {
    parameter["name"]
    for endpoint in ENDPOINTS.values()
    for parameter in endpoint.parameters
    if "name" in parameter
}


@pytest.fixture
def call(pipeline):
    """Calls a route with the first example of its contract, changed as a test says."""

    def run(route, **changes):
        endpoint = ENDPOINTS[route]
        example = endpoint.exchanges[0] if endpoint.exchanges else None
        path = {
            one["name"]: one["example"] for one in endpoint.parameters if one.get("in") == "path"
        }
        given = {
            "body": example.body if example else None,
            "query": dict(example.query) if example else {},
            "path": path,
            **changes,
        }
        function = import_module(f"functions.{endpoint.function}")
        answer = pipeline.invoke(function, pipeline.event(route, **given))
        return answer["statusCode"], answer["body"]

    return run


@pytest.mark.parametrize("route", ENDPOINTS)
def test_the_key_is_asked_for_once_it_is_set(pipeline, call, route):
    pipeline.set_parameter("api_key", "let me in")
    assert call(route)[0] == 403
    assert call(route, headers={"x-api-key": "let me"})[0] == 403
    assert call(route, headers={"x-api-key": "let me in"})[0] in (200, 201, 202, 204, 404)


@pytest.mark.parametrize("route", ENDPOINTS)
def test_a_route_is_answered_by_its_function_and_by_no_other(pipeline, route):
    knowing = []
    for module in {endpoint.function for endpoint in ENDPOINTS.values()}:
        try:
            pipeline.invoke(import_module(f"functions.{module}"), pipeline.event(route))
        except KeyError:
            continue
        knowing.append(module)
    assert knowing == [ENDPOINTS[route].function]


@pytest.mark.parametrize("route", TAKING_A_BODY)
@pytest.mark.parametrize("body", [b"", b"{", b"[]", b'"text"', b"\xff"], ids=repr)
def test_what_is_no_json_object_is_refused(call, route, body):
    status, answer = call(route, body=body)
    assert status == 400
    assert json.loads(answer)["error"]["code"] in ("MALFORMED_JSON", "VALIDATION_ERROR")


@pytest.mark.parametrize(("route", "body"), BODIES)
def test_an_unknown_field_is_refused_by_name(call, route, body):
    status, answer = call(route, body={**body, "colour": "green"})
    assert status == 400
    assert '"path":"colour"' in answer


@pytest.mark.parametrize(("route", "body"), BODIES)
def test_a_field_of_a_wrong_type_is_refused_by_name(call, route, body):
    for name in body:
        status, answer = call(route, body={**body, name: [{}]})
        assert status == 400
        assert f'"path":"{name}' in answer


@pytest.mark.parametrize("route", TAKING_PARAMETERS)
def test_a_parameter_that_its_row_does_not_name_is_refused_by_name(call, route):
    own = {parameter.get("name") for parameter in ENDPOINTS[route].parameters}
    for name in {"colour", *PARAMETERS} - own:
        query = {**ENDPOINTS[route].exchanges[0].query, name: "green"}
        status, answer = call(route, query=query)
        assert status == 400
        assert f'"path":"{name}"' in answer


@pytest.mark.parametrize("route", TAKING_PARAMETERS)
def test_a_parameter_that_is_given_twice_is_refused_by_name(call, route):
    for parameter in ENDPOINTS[route].parameters:
        if parameter.get("in") == "query":
            query = {**ENDPOINTS[route].exchanges[0].query, parameter["name"]: ["1", "1"]}
            status, answer = call(route, query=query)
            assert status == 400
            assert f'"path":"{parameter["name"]}"' in answer
