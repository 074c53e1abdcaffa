"""Queues of readings in SQS."""

from collections.abc import Iterable
from typing import Any

from kernel.adapters.sqs import SqsSender
from readings.messages import ReadingMessage


class SqsReadingQueue:
    """Messages on their way to the next function."""

    def __init__(self, client: Any, queue_url: str) -> None:
        self._sender = SqsSender(client, queue_url)

    def send(self, messages: Iterable[ReadingMessage]) -> None:
        """Hand every message over durably.

        Raises PartlySent if some may have left though others did not, and any other error if
        surely none has.
        """
        self._sender.send(message.encode() for message in messages)
