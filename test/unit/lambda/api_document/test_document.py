import json
import re

import openapi_spec_validator
import pytest
from samples.api_calls import api_call
from samples.api_schemas import document, faults, operations
from samples.invocations import Invocation

import kernel.errors
from edge import http


def contents():
    """Every JSON body of the document: where it stands, its schema and its examples."""
    for route, operation in operations().items():
        bodies = {"body": operation["requestBody"]} if "requestBody" in operation else {}
        answers = {
            status: answer
            for status, answer in operation["responses"].items()
            if "$ref" not in answer
        }
        for place, described in {**bodies, **answers}.items():
            for content in described.get("content", {}).values():
                yield pytest.param(content, id=f"{route} {place}")
    for name, answer in document()["components"]["responses"].items():
        yield pytest.param(answer["content"]["application/json"], id=name)


def test_the_document_is_openapi():
    openapi_spec_validator.validate(document())


def test_every_schema_is_used():
    used = set(re.findall(r"#/components/schemas/(\w+)", json.dumps(document())))
    assert used == set(document()["components"]["schemas"])


@pytest.mark.parametrize("content", contents())
def test_every_body_has_examples_that_fit_its_schema(content):
    examples = [example["value"] for example in content["examples"].values()]
    assert examples
    assert [faults(content["schema"], example) for example in examples] == [[]] * len(examples)


def test_every_example_of_a_parameter_fits_its_schema():
    for operation in operations().values():
        for parameter in operation.get("parameters", ()):
            given = [example["value"] for example in parameter.get("examples", {}).values()]
            given += [parameter["example"]] if "example" in parameter else []
            assert [faults(parameter["schema"], value) for value in given] == [[]] * len(given)


def test_operations_have_names_of_their_own():
    names = [operation["operationId"] for operation in operations().values()]
    assert len(set(names)) == len(names)
    assert all(operation["summary"] for operation in operations().values())


@pytest.mark.parametrize("kind", sorted(http._STATUS, key=lambda kind: kind.__name__))
def test_every_refusal_is_answered_as_described(kind):
    def refuse(_request):
        raise kind([]) if kind is kernel.errors.Invalid else kind("for a reason")

    answer = http.serve(api_call("GET /"), Invocation(), {"GET /": refuse}, lambda _: None)
    body = json.loads(answer["body"])
    assert faults("Error", body) == []
    described = {
        (operation["responses"].get(str(answer["statusCode"])) or {}).get("$ref")
        for operation in operations().values()
    } - {None}
    (reference,) = described
    refusal = document()["components"]["responses"][reference.rpartition("/")[2]]
    assert body["error"]["code"] in refusal["content"]["application/json"]["examples"]
    assert ("Retry-After" in refusal.get("headers", {})) == ("Retry-After" in answer["headers"])


def test_every_operation_wants_a_signature_and_may_want_a_key():
    assert document()["security"] == [
        {"aws_signature": []},
        {"aws_signature": [], "api_key": []},
    ]
    assert not any("security" in operation for operation in operations().values())
