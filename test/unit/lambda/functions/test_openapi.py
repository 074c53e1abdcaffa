import pytest
from samples.api_schemas import VERSION, document

from functions.service import openapi


@pytest.fixture
def versioned(pipeline):
    """A pipeline whose version is that of the document in the tests."""
    pipeline.environment["PIPELINE_VERSION"] = VERSION
    return pipeline


def test_the_document_of_the_deployed_version_is_answered(versioned):
    status, answer, headers = versioned.call(openapi, "GET /openapi.json")
    assert (status, answer) == (200, document())
    assert headers["Content-Type"] == "application/json"


def test_the_api_key_is_asked_for_once_an_operator_has_set_one(versioned):
    versioned.set_parameter("api_key", "let me in")
    assert versioned.call(openapi, "GET /openapi.json")[0] == 403
    headers = {"x-api-key": "let me in"}
    assert versioned.call(openapi, "GET /openapi.json", headers=headers)[0] == 200
