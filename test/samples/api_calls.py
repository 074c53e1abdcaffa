"""Calls of the API as API Gateway's Lambda proxy passes them on."""

import base64
import json


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
    return {
        "httpMethod": method,
        "resource": resource,
        "path": resource,
        "headers": headers or {},
        "pathParameters": path,
        "multiValueQueryStringParameters": lists or None,
        "requestContext": {"requestId": request_id, "identity": {"userArn": caller}},
        "body": base64.b64encode(content).decode() if content is not None else None,
        "isBase64Encoded": content is not None,
    }
