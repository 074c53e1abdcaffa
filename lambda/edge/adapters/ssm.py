"""Parameters read from SSM Parameter Store."""

from collections.abc import Sequence
from typing import Any

from kernel.aws import aws_failures


class SsmParameters:
    """Reads up to ten parameters in one call, decrypted; called by LiveParameters."""

    def __init__(self, client: Any) -> None:
        self._client = client

    def __call__(self, names: Sequence[str]) -> dict[str, str]:
        """The values of those that there are; raises TryAgainLater if SSM did not give them."""
        with aws_failures():
            answer = self._client.get_parameters(Names=names, WithDecryption=True)
        return {one["Name"]: one["Value"] for one in answer["Parameters"]}
