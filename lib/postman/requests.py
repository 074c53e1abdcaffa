"""Operations of an OpenAPI document as requests of a Postman collection."""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from lib.postman.scripts import checks
from lib.postman.tour import Step

_JSON = "application/json"
_METHODS = ("get", "put", "post", "delete", "patch")
# Fields of the document's examples whose value is that of the run.
_OF_THE_RUN: Mapping[str, str] = {
    "device_id": "{{device_id}}",
    "rule_id": "{{rule_id}}",
    "timestamp": "{{now}}",
    "ts": "{{now}}",
    "start": "{{hour_ago}}",
    "end": "{{hour_ahead}}",
    "event_date": "{{today}}",
}
_NUMBERS = ("{{now}}", "{{hour_ago}}", "{{hour_ahead}}")


@dataclass(frozen=True, slots=True)
class DescribedOperation:
    """An operation as the document describes it."""

    method: str
    path: str
    description: Mapping[str, Any]


def operations_of(document: Mapping[str, Any]) -> dict[str, DescribedOperation]:
    """The document's operations by operationId."""
    return {
        description["operationId"]: DescribedOperation(method.upper(), path, description)
        for path, methods in document["paths"].items()
        for method, description in methods.items()
        if method in _METHODS
    }


def plain_step(operation: DescribedOperation) -> Step:
    """A step that calls an operation with its first example, and looks at the status only."""
    described = operation.description
    body = described.get("requestBody", {}).get("content", {}).get(_JSON, {})
    (status,) = [one for one in described["responses"] if one.startswith("2")]
    return Step(
        described["operationId"],
        described["summary"],
        checks(int(status)),
        example=next(iter(body.get("examples", ())), ""),
    )


def request_of(operation: DescribedOperation, step: Step) -> dict[str, Any]:
    """The request of a step; raises KeyError for an example that the document does not have."""
    described = operation.description
    request: dict[str, Any] = {
        "method": operation.method,
        "header": [{"key": "Accept", "value": _JSON}],
        "url": _url(operation, step),
        "description": "\n\n".join(
            described[name] for name in ("summary", "description") if name in described
        ),
    }
    if "requestBody" in described:
        request["header"].append({"key": "Content-Type", "value": _JSON})
        examples = described["requestBody"]["content"][_JSON]["examples"]
        request["body"] = {
            "mode": "raw",
            "raw": _body(examples[step.example]["value"]),
            "options": {"raw": {"language": "json"}},
        }
    return request


def _url(operation: DescribedOperation, step: Step) -> dict[str, Any]:
    parameters = [one for one in operation.description.get("parameters", ()) if "in" in one]
    inside = {one["name"]: one["example"] for one in parameters if one["in"] == "path"}
    parts = [_path_part(part) for part in operation.path.strip("/").split("/")]
    query = list(_query([one for one in parameters if one["in"] == "query"], step.query))
    given = "&".join(f"{one['key']}={one['value']}" for one in query if "disabled" not in one)
    url: dict[str, Any] = {
        "raw": "/".join(["{{api_endpoint}}", *parts]) + (f"?{given}" if given else ""),
        "host": ["{{api_endpoint}}"],
        "path": parts,
    }
    if query:
        url["query"] = query
    if inside:
        url["variable"] = [
            {"key": name, "value": _OF_THE_RUN.get(name, example)}
            for name, example in inside.items()
        ]
    return url


def _query(
    parameters: list[Mapping[str, Any]], given: Mapping[str, str]
) -> Iterator[dict[str, Any]]:
    for parameter in parameters:
        name = parameter["name"]
        value = given.get(name, _OF_THE_RUN.get(name, ""))
        entry = {"key": name, "value": value, "description": parameter["description"]}
        wanted = name in given or parameter["required"]
        yield entry if wanted else {**entry, "disabled": True}


def _path_part(part: str) -> str:
    return f":{part[1:-1]}" if part.startswith("{") else part


def _body(example: Any) -> str:
    text = json.dumps(_of_the_run(example), indent=2, ensure_ascii=False)
    for variable in _NUMBERS:
        text = text.replace(f'"{variable}"', variable)
    return text


def _of_the_run(value: Any) -> Any:
    if isinstance(value, Mapping):
        return {name: _OF_THE_RUN.get(name, _of_the_run(inner)) for name, inner in value.items()}
    if isinstance(value, list):
        return [_of_the_run(item) for item in value]
    return value
