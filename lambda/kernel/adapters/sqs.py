"""Dead letters in an SQS queue, each with its reason where any tool can read it."""

from typing import Any

from kernel.aws import aws_failures
from kernel.queue_batch import DeadLetter

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
