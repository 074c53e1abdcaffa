"""What the API says of itself."""

from collections.abc import Mapping, Sequence

from lib.constructs.alarms import Watch
from lib.settings import VERSION, Settings
from lib.stacks.foundation import Foundation


class Service:
    """The function that hands out the API's description."""

    def __init__(self, settings: Settings, foundation: Foundation) -> None:
        foundation.function(
            "openapi",
            "service.openapi",
            "api-document",
            "Hands out the OpenAPI document",
            reserved_concurrency=settings.concurrency.rare,
            grants=(foundation.api_key.reading(),),
            environment={"PIPELINE_VERSION": VERSION, **foundation.asks_for_api_key},
        )

    def watches(self) -> Sequence[Watch]:
        """Nothing beside the function."""
        return []

    def outputs(self) -> Mapping[str, str]:
        """Nothing."""
        return {}
