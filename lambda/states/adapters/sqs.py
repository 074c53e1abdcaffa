"""The states queue in SQS."""

from collections.abc import Iterable
from typing import Any

from kernel.adapters.sqs import SqsSender
from states.messages import CountMessage


class SqsCountQueue:
    """Chunks on their way to be counted."""

    def __init__(self, client: Any, queue_url: str) -> None:
        self._sender = SqsSender(client, queue_url)

    def send(self, messages: Iterable[CountMessage]) -> None:
        """Hand every message over durably; raises PartlySent if some may have left."""
        self._sender.send(message.encode() for message in messages)
