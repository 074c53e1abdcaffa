"""The deployment's dead-letter queues, and the letters in them."""

import json
import os
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from botocore.session import Session

from iot_pipeline.cli.connection import ENDPOINT, enter_deployment

# The queues of the stack by what people call them, and what the stack calls them.
WORK_QUEUES = {
    "ingestion": "data-ingestion",
    "evaluation": "rule-evaluation",
    "states": "device-states",
}
FAILED_INVOCATIONS = "failed-invocations"
QUEUE_NAMES = (*WORK_QUEUES, FAILED_INVOCATIONS)

RECEIVED_TOO_OFTEN = "received too often"
"""Why a letter is one that SQS moved by itself."""

# For as long as it takes to look through them; they are given back at once afterwards.
_HIDDEN_SECONDS = 30
_MOST_AT_ONCE = 10
_VISIBLE, _HIDDEN = "ApproximateNumberOfMessages", "ApproximateNumberOfMessagesNotVisible"
# How the name of a dead-letter queue ends.
_LETTERS = "-dlq"


@dataclass(frozen=True, slots=True)
class Letter:
    """A dead letter: why it is one, and what can be known of what it was.

    A letter that SQS moved itself was sent when its message was.
    """

    message_id: str
    reason: str
    error: str | None
    function: str | None
    sent_at_ms: int
    receives: int
    request_id: str | None
    device_ids: tuple[str, ...]
    body: str

    @classmethod
    def of(cls, message: Mapping[str, Any]) -> "Letter":
        """Read what SQS handed out."""
        texts = {
            name: one.get("StringValue", "")
            for name, one in message.get("MessageAttributes", {}).items()
        }
        content = _content(message["Body"])
        return cls(
            message_id=message["MessageId"],
            # Lambda names its own for what it puts among the failed invocations.
            reason=texts.get("reason") or texts.get("ErrorMessage") or RECEIVED_TOO_OFTEN,
            error=texts.get("error"),
            function=texts.get("function"),
            sent_at_ms=int(message["Attributes"]["SentTimestamp"]),
            receives=int(message["Attributes"]["ApproximateReceiveCount"]),
            request_id=_text(content.get("request_id")) or texts.get("RequestID"),
            device_ids=tuple(dict.fromkeys(_device_ids(content))),
            body=message["Body"],
        )


class DeadLetterQueue:
    """One queue of dead letters."""

    def __init__(self, sqs: Any, name: str, sqs_name: str) -> None:
        """Find the queue; `name` is what people call it."""
        self.name, self._sqs = name, sqs
        self._url = sqs.get_queue_url(QueueName=sqs_name)["QueueUrl"]
        self.arn: str = self._attributes("QueueArn")["QueueArn"]

    @property
    def work_arn(self) -> str:
        """The queue that the letters came from; failed invocations came from none."""
        return self.arn.removesuffix(_LETTERS)

    @property
    def place(self) -> str:
        """Which queue it is of all that are called so, in whichever account and region."""
        *_, region, account, name = self.arn.split(":")
        return f"{name} in account {account}, region {region}"

    def count(self) -> int:
        """How many letters there are, those that somebody looks at included; about a minute old."""
        return sum(map(int, self._attributes(_VISIBLE, _HIDDEN).values()))

    def letters(self, most: int) -> list[Letter]:
        """Up to so many letters, the oldest first: all stay, and are hidden only meanwhile."""
        wanted = min(most, int(self._attributes(_VISIBLE)[_VISIBLE]))
        with self._borrowed() as borrowed:
            while len(borrowed) < wanted:
                received = self._receive(min(_MOST_AT_ONCE, wanted - len(borrowed)))
                if borrowed.keys() >= received.keys():
                    break
                borrowed.update(received)
        return sorted(map(Letter.of, borrowed.values()), key=lambda letter: letter.sent_at_ms)

    def purge(self) -> None:
        """Delete every letter, and what arrives within the minute that SQS takes for it."""
        self._sqs.purge_queue(QueueUrl=self._url)

    def _attributes(self, *names: str) -> dict[str, str]:
        asked = self._sqs.get_queue_attributes(QueueUrl=self._url, AttributeNames=names)
        found: dict[str, str] = asked["Attributes"]
        return found

    def _receive(self, most: int) -> dict[str, Any]:
        answer = self._sqs.receive_message(
            QueueUrl=self._url,
            MaxNumberOfMessages=most,
            VisibilityTimeout=_HIDDEN_SECONDS,
            # Asks every server of SQS, where a short poll may miss what there is.
            WaitTimeSeconds=1,
            AttributeNames=["SentTimestamp", "ApproximateReceiveCount"],
            MessageAttributeNames=["All"],
        )
        return {one["MessageId"]: one for one in answer.get("Messages", ())}

    @contextmanager
    def _borrowed(self) -> Iterator[dict[str, Any]]:
        """A place for received messages, which are given back at the end."""
        borrowed: dict[str, Any] = {}
        try:
            yield borrowed
        finally:
            handles = [one["ReceiptHandle"] for one in borrowed.values()]
            for start in range(0, len(handles), _MOST_AT_ONCE):
                self._give_back(handles[start : start + _MOST_AT_ONCE])

    def _give_back(self, handles: Sequence[str]) -> None:
        self._sqs.change_message_visibility_batch(
            QueueUrl=self._url,
            Entries=[
                {"Id": str(n), "ReceiptHandle": handle, "VisibilityTimeout": 0}
                for n, handle in enumerate(handles)
            ],
        )


def dead_letter_queues(sqs: Any, names: Sequence[str]) -> list[DeadLetterQueue]:
    """The queues of these names in the deployment that was entered; raises Misconfigured."""
    suffix = enter_deployment("operator", "ENVIRONMENT_SUFFIX")
    sqs_names = {
        **{name: f"{work}-{suffix}{_LETTERS}" for name, work in WORK_QUEUES.items()},
        FAILED_INVOCATIONS: f"{FAILED_INVOCATIONS}-{suffix}",
    }
    return [DeadLetterQueue(sqs, name, sqs_names[name]) for name in names]


def sqs_of_deployment() -> Any:
    """SQS where the pipeline is deployed, called as an operator; raises Misconfigured."""
    enter_deployment("operator", ENDPOINT)
    # The SDK itself does not read AWS_REGION, which everything else here does.
    return Session().create_client("sqs", region_name=os.environ.get("AWS_REGION") or None)


def _content(body: str) -> Mapping[str, Any]:
    """What a body says, if it is a JSON object: dead letters are often none."""
    try:
        content = json.loads(body)
    except (ValueError, RecursionError):
        return {}
    return content if isinstance(content, dict) else {}


def _device_ids(content: Mapping[str, Any]) -> Iterator[str]:
    segments = content.get("segments")
    for segment in segments if isinstance(segments, list) else ():
        if isinstance(segment, dict) and (device_id := _text(segment.get("device_id"))):
            yield device_id


def _text(value: object) -> str | None:
    return value if isinstance(value, str) else None
