"""SQS: bodies sent in batches, dead letters with their reason where any tool can read it, waits."""

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from kernel import logs
from kernel.aws import aws_failures
from kernel.errors import NoAnswer, PartlySent, Unavailable
from kernel.queue_batch import DeadLetter

# One call takes ten messages of 256 KiB together.
_MOST_MESSAGES = 10
_MOST_BYTES = 250_000
_ATTEMPTS = 3

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


class SqsSender:
    """Puts ASCII bodies into a queue, as few calls as it takes."""

    def __init__(self, client: Any, queue_url: str) -> None:
        self._client, self._queue_url = client, queue_url

    def send(self, bodies: Iterable[str]) -> None:
        """Hand every body over durably.

        Raises PartlySent if some may have left though others did not, and any other error if
        surely none has.
        """
        some_left = False
        for batch in _batches(bodies):
            entries = [{"Id": str(n), "MessageBody": body} for n, body in enumerate(batch)]
            for _ in range(_ATTEMPTS):
                try:
                    refused = self._sent(entries)
                except Exception as error:
                    if some_left or isinstance(error, NoAnswer):
                        raise PartlySent("The queue may not have every message.") from error
                    raise
                some_left = some_left or len(refused) < len(entries)
                entries = refused
                if not entries:
                    break
            else:
                error_type = PartlySent if some_left else Unavailable
                raise error_type("The queue did not take every message.")

    def _sent(self, entries: list[dict[str, str]]) -> list[dict[str, str]]:
        with aws_failures():
            answer = self._client.send_message_batch(QueueUrl=self._queue_url, Entries=entries)
        failed = {failure["Id"]: failure["Code"] for failure in answer.get("Failed", ())}
        if failed:
            logs.warning("messages_not_sent", codes=sorted(set(failed.values())))
        return [entry for entry in entries if entry["Id"] in failed]


def _batches(bodies: Iterable[str]) -> Iterator[list[str]]:
    batch: list[str] = []
    size = 0
    for body in bodies:
        if batch and (len(batch) == _MOST_MESSAGES or size + len(body) > _MOST_BYTES):
            yield batch
            batch, size = [], 0
        batch.append(body)
        size += len(body)
    if batch:
        yield batch
