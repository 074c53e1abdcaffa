"""What the API says of itself."""

from lib.constructs.signed_api import Route
from lib.settings import VERSION, Settings
from lib.stacks.foundation import Foundation


class Service:
    """The function that hands out the API's description."""

    def __init__(self, settings: Settings, foundation: Foundation) -> None:
        self._document = foundation.function(
            "openapi",
            "api-document",
            "Hands out the OpenAPI document",
            reserved_concurrency=settings.concurrency.rare,
            grants=(foundation.api_key.reading(),),
            environment={"PIPELINE_VERSION": VERSION, **foundation.asks_for_api_key},
        )
        self.functions = {"openapi": self._document}

    def routes(self) -> list[Route]:
        """What the API answers of itself."""
        return [Route("GET", "/openapi.json", self._document)]
