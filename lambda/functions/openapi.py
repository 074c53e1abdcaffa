"""`GET /openapi.json`: the description of the API."""

from collections.abc import Mapping
from functools import cache
from typing import Any

from api_document.document import openapi_document
from api_document.text import compact
from kernel.http import Answer, Request, serve
from kernel.invocation import LambdaContext
from kernel.wiring import api_key, setting


@cache
def _document() -> str:
    return compact(openapi_document(setting("PIPELINE_VERSION")))


def _get_document(request: Request) -> Answer:
    api_key().require(request.headers.get("x-api-key"))
    return Answer(200, _document())


def handler(event: Mapping[str, Any], context: LambdaContext) -> dict[str, Any]:
    """Answer one call of the API."""
    return serve(event, context, {"GET /openapi.json": _get_document})
