"""SQS: bodies sent in batches."""

from collections.abc import Iterable, Iterator
from typing import Any

from kernel import logs
from kernel.aws import aws_failures
from kernel.errors import NoAnswer, PartlySent, Unavailable

# One call takes ten messages of 256 KiB together.
_MOST_MESSAGES = 10
_MOST_BYTES = 250_000
_ATTEMPTS = 3


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
