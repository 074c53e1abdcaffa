"""SQS: dead letters with their reason where any tool can read it, and messages that wait."""

from collections.abc import Mapping
from typing import Any

from edge.queue import DeadLetter
from kernel import logs
from kernel.aws import aws_failures

# Body and attributes together may have 256 KiB; a body may have 200 KB.
_LONGEST_REASON = 1_024


class SqsDeadLetters:
    """Letters sent to a dead-letter queue, body untouched, the reason in message attributes."""

    def __init__(self, client: Any, queue_url: str) -> None:
        self._client, self._queue_url = client, queue_url

    def put(self, letter: DeadLetter) -> None:
        """Send the letter; raises TryAgainLater if SQS could not take it."""
        attributes = {
            "reason": letter.reason,
            "error": letter.error,
            "function": letter.function,
            "message_id": letter.message_id,
        }
        with aws_failures():
            self._client.send_message(
                QueueUrl=self._queue_url,
                MessageBody=letter.body,
                MessageAttributes={
                    name: {"DataType": "String", "StringValue": _printable(value)}
                    for name, value in attributes.items()
                },
            )


def _printable(text: str) -> str:
    """Text as SQS takes it: a few characters are forbidden there, and so is an empty value."""
    return text.encode("unicode_escape").decode("ascii")[:_LONGEST_REASON] or "unknown"


class SqsRedelivery:
    """Hides messages that were received, each for a time of its own."""

    def __init__(self, client: Any, queue_url: str) -> None:
        self._client, self._queue_url = client, queue_url

    def put_off(self, waits: Mapping[str, int]) -> None:
        """Hide at most ten messages, by receipt handle, for so many seconds from now.

        Raises TryAgainLater if SQS could not do it; what it did not do for one is only logged.
        """
        entries = [
            {"Id": str(n), "ReceiptHandle": handle, "VisibilityTimeout": seconds}
            for n, (handle, seconds) in enumerate(waits.items())
        ]
        with aws_failures():
            answer = self._client.change_message_visibility_batch(
                QueueUrl=self._queue_url, Entries=entries
            )
        if failed := answer.get("Failed"):
            logs.warning("messages_not_put_off", codes=sorted({one["Code"] for one in failed}))
