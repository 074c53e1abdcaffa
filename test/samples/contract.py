"""The OpenAPI document as it is handed out, held against requests and responses."""

import json
import re
from functools import cache

from jsonschema import Draft202012Validator

from lib.settings import PROJECT_ROOT


@cache
def document():
    """The document that people read."""
    return json.loads((PROJECT_ROOT / "docs/openapi.json").read_text())


def operations():
    """Every operation of the document by its route, `POST /ingest`."""
    return {
        f"{method.upper()} {path}": operation
        for path, methods in document()["paths"].items()
        for method, operation in methods.items()
    }


def route_of(request):
    """The route that a request takes; None where the document has none for it."""
    asked = f"{request.method} {request.path}"
    for route in operations():
        if re.fullmatch(re.sub(r"\\\{\w+\\\}", "[^/]+", re.escape(route)), asked):
            return route
    return None


def request_faults(request):
    """What the document has against a request: its parameters, and its body."""
    operation = operations()[route_of(request)]
    known = {one["name"]: one for one in map(_resolved, operation.get("parameters", ()))}
    query = {name: one for name, one in known.items() if one["in"] == "query"}
    found = [f"{name} is no parameter" for name in request.query.keys() - query.keys()]
    for name, parameter in query.items():
        if name in request.query:
            found += _parameter_faults(parameter["schema"], request.query[name])
        elif parameter.get("required"):
            found.append(f"{name} is missing")
    if "requestBody" in operation:
        schema = operation["requestBody"]["content"]["application/json"]["schema"]
        found += _schema_faults(schema, json.loads(request.unpacked()))
    elif request.body:
        found.append("there is a body")
    return found


def response_faults(request, response):
    """What the document has against a response: its status, headers, body and messages."""
    answers = operations()[route_of(request)]["responses"]
    if str(response.status) not in answers:
        return [f"{response.status} is no status of {route_of(request)}"]
    answer = _resolved(answers[str(response.status)])
    named = answer.get("headers", {}).keys()
    found = [
        f"the header {name} is not told of"
        for name in response.headers
        if name in ("X-Next-Token", "Retry-After") and name not in named
    ]
    if "content" not in answer:
        return [*found, *(["there is a body"] if response.body else [])]
    kind = response.headers.get("Content-Type", "").partition(";")[0]
    if kind not in answer["content"]:
        return [*found, f"{kind!r} is no content type of {route_of(request)}"]
    if kind != "application/json":
        return found
    content = json.loads(response.body)
    if wrong := _schema_faults(answer["content"][kind]["schema"], content):
        return [*found, *wrong]
    return [*found, *_message_faults(answer, content["error"])] if response.status >= 400 else found


def _message_faults(answer, error):
    """Whether an error is one of the document's examples, or a code of API Gateway's own."""
    told = {
        code: example["value"]["error"]["message"]
        for code, example in answer["content"]["application/json"]["examples"].items()
    }
    if error["code"] in told:
        same = error["message"] == told[error["code"]]
        return [] if same else [f"{error['message']!r} is not {told[error['code']]!r}"]
    known = re.search(rf"\b{error['code']}\b", answer["description"])
    return [] if known else [f"{error['code']} is no code of {answer['description']!r}"]


def _parameter_faults(schema, text):
    found = _schema_faults(schema, text)
    return found and (_schema_faults(schema, int(text)) if text.isdigit() else found)


def _schema_faults(schema, value):
    whole = {**schema, "components": document()["components"]}
    return [f"{one.json_path}: {one.message}" for one in _validator(whole).iter_errors(value)]


def _validator(schema):
    return Draft202012Validator(schema, format_checker=Draft202012Validator.FORMAT_CHECKER)


def _resolved(part):
    """What a reference leads to; anything else is itself."""
    found = part
    if "$ref" in part:
        found = document()
        for name in part["$ref"].removeprefix("#/").split("/"):
            found = found[name]
    return found
