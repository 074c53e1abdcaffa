"""Parameters read from SSM Parameter Store."""

from typing import Any

from kernel.aws import aws_failures


class SsmParameters:
    """Reads one parameter at a time, decrypted; called by LiveParameter."""

    def __init__(self, client: Any) -> None:
        self._client = client

    def __call__(self, name: str) -> str:
        """The parameter's value; raises TryAgainLater if SSM did not give it."""
        with aws_failures():
            answer = self._client.get_parameter(Name=name, WithDecryption=True)
        value: str = answer["Parameter"]["Value"]
        return value
