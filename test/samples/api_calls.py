"""Calls of the API as API Gateway's Lambda proxy passes them on."""

import base64
import json
from urllib.parse import quote

from samples.lambda_events import captured


def api_call(
    route,
    body=None,
    *,
    path=None,
    query=None,
    headers=None,
    caller="arn:aws:iam::0:user/writer",
    request_id="request-1",
):
    """A proxy event; `body` may be bytes, text or anything that JSON can hold."""
    method, resource = route.split(" ")
    if body is not None and not isinstance(body, (bytes, str)):
        body = json.dumps(body)
    content = body.encode() if isinstance(body, str) else body
    lists = {
        name: value if isinstance(value, list) else [value] for name, value in (query or {}).items()
    }
    called = resource
    for name, value in (path or {}).items():
        called = called.replace(f"{{{name}}}", quote(value))
    event = captured("api_call")
    given = {name: [value] for name, value in (headers or {}).items()}
    event |= {
        "resource": resource,
        "path": called,
        "httpMethod": method,
        "headers": headers or {},
        "multiValueHeaders": given,
        "queryStringParameters": {name: values[-1] for name, values in lists.items()} or None,
        "multiValueQueryStringParameters": lists or None,
        "pathParameters": path,
        "body": base64.b64encode(content).decode() if content is not None else None,
        "isBase64Encoded": content is not None,
    }
    context = event["requestContext"]
    context |= {"resourcePath": resource, "httpMethod": method, "requestId": request_id}
    context["identity"]["userArn"] = caller
    return event
