"""`GET /openapi.json`: the description of the API."""

from functools import cache

from api_document.document import openapi_document
from api_document.text import compact
from edge.container import Container, Function, on_first_use
from edge.http import Answer, Request


def build(container: Container) -> Function:
    """The document is written when it is first asked for."""
    version = container.setting("PIPELINE_VERSION")

    @cache
    def document() -> str:
        return compact(openapi_document(version))

    def get_document(_request: Request) -> Answer:
        return Answer(200, document())

    return container.answering({"GET /openapi.json": get_document})


handler = on_first_use(build)
