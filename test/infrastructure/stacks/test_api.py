"""The API that is deployed is the one that the contracts describe, for those whom they name."""

import json
from fnmatch import fnmatchcase
from importlib import import_module
from pathlib import Path

import pytest

from api_document.endpoints import ENDPOINTS
from edge.container import Container
from main import FUNCTIONS

CALLERS = {"writer": ["writer"], "reader": ["reader"], "operator": ["operator", "operator_api"]}


def functions_of(stack):
    """The functions' addresses by the modules that they run."""
    found = stack.all("aws_lambda_function")
    return {Path(one["filename"]).name.removesuffix(".zip"): name for name, one in found.items()}


def path_of(stack, reference):
    """The path of the resource that a reference means."""
    if "root_resource_id" in reference:
        return ""
    resource = stack.all("aws_api_gateway_resource")[reference.split(".")[1]]
    return f"{path_of(stack, resource['parent_id'])}/{resource['path_part']}"


def test_every_method_is_aws_iam_and_one_of_the_contracts(stack):
    methods = stack.all("aws_api_gateway_method")
    assert {method["authorization"] for method in methods.values()} == {"AWS_IAM"}
    routes = [f"{m['http_method']} {path_of(stack, m['resource_id'])}" for m in methods.values()]
    assert sorted(routes) == sorted(ENDPOINTS)


def test_every_route_is_answered_by_the_function_that_its_contract_names(stack):
    methods, functions = stack.all("aws_api_gateway_method"), functions_of(stack)
    for address, integration in stack.all("aws_api_gateway_integration").items():
        method = methods[address.replace("_integration", "_method")]
        route = f"{method['http_method']} {path_of(stack, method['resource_id'])}"
        function = functions[ENDPOINTS[route].function]
        assert integration["uri"] == f"${{aws_lambda_function.{function}.invoke_arn}}"


def test_nobody_but_the_api_and_the_clock_may_invoke_a_function(stack):
    permissions = list(stack.all("aws_lambda_permission").values())
    functions = functions_of(stack)
    answering = {functions[endpoint.function] for endpoint in ENDPOINTS.values()}
    calls = {
        one["function_name"]: one["source_arn"]
        for one in permissions
        if one["principal"] == "apigateway.amazonaws.com"
    }
    assert calls == {
        f"${{aws_lambda_function.{name}.function_name}}": (
            "${aws_api_gateway_rest_api.api_api.execution_arn}/*"
        )
        for name in answering
    }
    (clock,) = [one for one in permissions if one["principal"] != "apigateway.amazonaws.com"]
    assert len(permissions) == len(calls) + 1
    assert clock["principal"] == "events.amazonaws.com"
    assert clock["function_name"] == "${aws_lambda_function.sweep_function.function_name}"
    assert clock["source_arn"] == "${aws_cloudwatch_event_rule.sweeping_rule.arn}"


@pytest.mark.parametrize("caller", CALLERS)
def test_a_kind_of_caller_may_call_exactly_what_the_contracts_say(stack, caller):
    allowed = [
        resource.partition("execution_arn}/prod/")[2]
        for policy in CALLERS[caller]
        for statement in stack.policy("aws_iam_policy", f"{policy}_policy")
        if statement["Action"] == ["execute-api:Invoke"]
        for resource in statement["Resource"]
    ]
    assert allowed
    for endpoint in ENDPOINTS.values():
        # IAM's asterisk fits slashes too.
        called = endpoint.route.replace(" /", "/").replace("{", "").replace("}", "")
        may = any(fnmatchcase(called, one) for one in allowed)
        assert may == (caller in endpoint.callers), f"{caller} by {allowed}: {called}"


class Remembering(dict):
    """An environment that remembers what was read of it."""

    def __init__(self, values):
        super().__init__(values)
        self.read = set()

    def __getitem__(self, name):
        self.read.add(name)
        return super().__getitem__(name)


@pytest.mark.parametrize("module", FUNCTIONS)
def test_a_function_reads_exactly_the_environment_that_it_is_given(stack, module):
    given = stack.all("aws_lambda_function")[functions_of(stack)[module]]["environment"]
    environment = Remembering(given["variables"])
    import_module(f"functions.{module}").build(Container(environment, lambda _: None, lambda: 0))
    assert environment.read == environment.keys()


class Listing(Container):
    """Gives the routes that a function answers in the place of the function."""

    def answering(self, routes):
        return set(routes)


@pytest.mark.parametrize("module", sorted({one.function for one in ENDPOINTS.values()}))
def test_a_function_answers_the_routes_that_name_it_and_no_others(stack, module):
    given = stack.all("aws_lambda_function")[functions_of(stack)[module]]["environment"]
    answered = import_module(f"functions.{module}").build(
        Listing(given["variables"], lambda _: None, lambda: 0)
    )
    assert answered == {route for route, one in ENDPOINTS.items() if one.function == module}


def test_the_policies_hold_no_more_than_calls_beside_what_operators_need(stack):
    for policy in ("writer", "reader", "operator_api"):
        (statement,) = json.loads(stack.all("aws_iam_policy")[f"{policy}_policy"]["policy"])[
            "Statement"
        ]
        assert statement["Action"] == ["execute-api:Invoke"]
