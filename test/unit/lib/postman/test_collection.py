import copy
import json
import re
from datetime import UTC, datetime

import pytest
from jsonschema import Draft202012Validator

from lib.postman import postman_collection
from lib.settings import PROJECT_ROOT

DOCUMENT = json.loads((PROJECT_ROOT / "docs/openapi.json").read_text())
COLLECTION = postman_collection(DOCUMENT)
ITEMS = [item for folder in COLLECTION["item"] for item in folder["item"]]
VARIABLES = {variable["key"]: variable["value"] for variable in COLLECTION["variable"]}
NOW = int(datetime.now(UTC).timestamp() * 1_000)
OF_A_RUN = {
    "device_id": "postman-1",
    "rule_id": "rule-1",
    "now": str(NOW),
    "hour_ago": str(NOW - 3_600_000),
    "hour_ahead": str(NOW + 3_600_000),
}


def operation_of(request):
    """The document's operation that a request calls."""
    path = "/" + "/".join(re.sub(r"^:(.*)", r"{\1}", part) for part in request["url"]["path"])
    return DOCUMENT["paths"][path][request["method"].lower()]


def script_of(item, listen):
    events = [one for one in item.get("event", ()) if one["listen"] == listen]
    return "\n".join(line for one in events for line in one["script"]["exec"])


def test_every_operation_of_the_document_is_called():
    called = {operation_of(item["request"])["operationId"] for item in ITEMS}
    described = {
        operation["operationId"]
        for path in DOCUMENT["paths"].values()
        for operation in path.values()
    }
    assert called == described


def test_an_operation_that_the_tour_does_not_know_is_called_after_it():
    document = copy.deepcopy(DOCUMENT)
    added = copy.deepcopy(document["paths"]["/rules/{rule_id}"]["get"]) | {"operationId": "new"}
    added["parameters"] = [{**added["parameters"][0], "name": "other_id", "example": "o-1"}]
    document["paths"]["/others/{other_id}"] = {"get": added}
    *_, others = postman_collection(document)["item"]
    given = {"key": "other_id", "value": "o-1"}
    (item,) = (one for one in others["item"] if given in one["request"]["url"]["variable"])
    assert "to.have.status(200)" in script_of(item, "test")


def test_the_rule_is_made_before_it_is_crossed_and_deleted_at_the_end():
    calls = [operation_of(item["request"])["operationId"] for item in ITEMS]
    order = ["createRule", "sendEvents", "listAlerts", "listDeviceEvents", "replaceRule"]
    places = [calls.index(name) for name in [*order, "deleteRule"]]
    assert places == sorted(places)


def test_requests_have_names_of_their_own():
    # A request that is sent again is named as the next one.
    names = [item["name"] for item in ITEMS]
    assert len(set(names)) == len(names)


def test_every_request_checks_the_status_that_its_operation_promises():
    for item in ITEMS:
        responses = operation_of(item["request"])["responses"]
        (promised,) = [status for status in responses if status.startswith("2")]
        assert f"to.have.status({promised})" in script_of(item, "test")


@pytest.mark.parametrize(
    "item", [one for one in ITEMS if "body" in one["request"]], ids=lambda one: one["name"]
)
def test_a_body_fits_the_schema_once_the_variables_of_a_run_are_filled_in(item):
    request = item["request"]
    text = re.sub(r"{{(\w+)}}", lambda name: OF_A_RUN[name[1]], request["body"]["raw"])
    content = operation_of(request)["requestBody"]["content"]["application/json"]
    whole = {**content["schema"], "components": DOCUMENT["components"]}
    Draft202012Validator(whole).validate(json.loads(text))


def test_only_described_parameters_are_given_and_required_ones_always():
    for item in ITEMS:
        described = {
            one["name"]: one["required"]
            for one in operation_of(item["request"]).get("parameters", ())
            if one.get("in") == "query"
        }
        query = item["request"]["url"].get("query", ())
        enabled = {entry["key"] for entry in query if "disabled" not in entry}
        assert {entry["key"] for entry in query} == set(described)
        assert {name for name, required in described.items() if required} <= enabled


def test_every_variable_is_declared():
    used = set(re.findall(r"{{(\w+)}}", json.dumps(COLLECTION)))
    used |= set(re.findall(r'collectionVariables\.[gs]et\([\\"\']+(\w+)', json.dumps(COLLECTION)))
    assert used == set(VARIABLES)


def test_requests_are_signed_with_what_the_person_fills_in():
    auth = {entry["key"]: entry["value"] for entry in COLLECTION["auth"]["awsv4"]}
    assert (COLLECTION["auth"]["type"], auth["service"]) == ("awsv4", "execute-api")
    assert auth["accessKey"] == "{{aws_access_key_id}}"
    assert not any("auth" in item["request"] for item in ITEMS)


def test_the_collection_holds_no_endpoint_and_no_credentials():
    assert {value for name, value in VARIABLES.items() if name != "attempt"} == {""}


def test_asking_again_has_an_end():
    again = [item for item in ITEMS if "setNextRequest" in script_of(item, "test")]
    assert "List the device's alerts" in [item["name"] for item in again]
    assert all("attempt < 20" in script_of(item, "test") for item in again)
