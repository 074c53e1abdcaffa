"""A whole Postman collection (format 2.1) of an OpenAPI document."""

from collections.abc import Mapping, Sequence
from typing import Any

from lib.postman.requests import DescribedOperation, operations_of, plain_step, request_of
from lib.postman.scripts import BEFORE_EACH, event
from lib.postman.tour import TOUR, Stage, Step

_FORMAT = "https://schema.getpostman.com/json/collection/v2.1.0/collection.json"
_DESCRIPTION = """\
Set the variables `api_endpoint` (the stack's output ApiEndpoint), `aws_region`,
`aws_access_key_id`, `aws_secret_access_key` and, for temporary credentials, `aws_session_token`;
`api_key` too where operators have set one. Then run the whole collection as it is: it takes a
device of its own, makes a rule, crosses it, waits for the alert and deletes the rule again.
Single requests can be sent as well, once "Make a rule" was."""
_VARIABLES = {
    "api_endpoint": "",
    "aws_region": "",
    "aws_access_key_id": "",
    "aws_secret_access_key": "",
    "aws_session_token": "",
    "api_key": "",
    # Set while the collection runs.
    "device_id": "",
    "rule_id": "",
    "attempt": "0",
    "now": "",
    "hour_ago": "",
    "hour_ahead": "",
    "today": "",
}
_SIGNATURE = {
    "accessKey": "{{aws_access_key_id}}",
    "secretKey": "{{aws_secret_access_key}}",
    "sessionToken": "{{aws_session_token}}",
    "region": "{{aws_region}}",
    "service": "execute-api",
}


def postman_collection(document: Mapping[str, Any]) -> dict[str, Any]:
    """The collection: every operation once at least, in the order of the tour.

    Raises KeyError when the tour calls what the document does not describe.
    """
    operations = operations_of(document)
    info = document["info"]
    return {
        "info": {
            "name": info["title"],
            "description": _DESCRIPTION,
            "version": info["version"],
            "schema": _FORMAT,
        },
        "auth": {
            "type": "awsv4",
            "awsv4": [
                {"key": key, "value": value, "type": "string"} for key, value in _SIGNATURE.items()
            ],
        },
        "event": [event("prerequest", BEFORE_EACH)],
        "variable": [
            {"key": name, "value": value, "type": "string"} for name, value in _VARIABLES.items()
        ],
        "item": [
            {
                "name": stage.name,
                "item": [_item(operations[step.operation_id], step) for step in stage.steps],
            }
            for stage in _whole_tour(operations)
        ],
    }


def _whole_tour(operations: Mapping[str, DescribedOperation]) -> Sequence[Stage]:
    """The tour, and after it whatever operation it does not call, with its first example."""
    called = {step.operation_id for stage in TOUR for step in stage.steps}
    others = [plain_step(one) for name, one in operations.items() if name not in called]
    return (*TOUR, Stage("Others", tuple(others))) if others else TOUR


def _item(operation: DescribedOperation, step: Step) -> dict[str, Any]:
    events = [event("prerequest", step.before)] if step.before else []
    return {
        "name": step.name,
        "event": [*events, event("test", step.after)],
        "request": request_of(operation, step),
    }
