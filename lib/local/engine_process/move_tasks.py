"""SQS's move tasks for the engine, which has none: run by the engine's own interpreter."""

import json
import time
from collections.abc import Callable
from typing import Any

from ministack.core import iam_actions  # type: ignore[import-not-found, unused-ignore]
from ministack.services import sqs  # type: ignore[import-not-found, unused-ignore]

_SOURCE = "DeadLetterQueueSourceArn"


class MoveTasks:
    """Tasks by the queue that they empty, the latest first; each is done at once."""

    def __init__(self) -> None:
        """Start without any."""
        self._tasks: dict[str, list[dict[str, Any]]] = {}

    def start(self, asked: dict[str, Any], _url: str) -> dict[str, Any]:
        """Move what a queue holds and nobody looks at, to where it is asked or where it came from.

        As in AWS, where it came from is known only of what SQS moved itself.
        """
        arn = asked.get("SourceArn", "")
        source = sqs._queue_by_arn(arn)
        if source is None:
            raise sqs._Err("ResourceNotFoundException", "The resource does not exist.", 404)
        letters = [one for one in source["messages"] if one["visible_at"] <= time.time()]
        task = {
            "SourceArn": arn,
            "Status": "COMPLETED",
            "ApproximateNumberOfMessagesMoved": 0,
            "ApproximateNumberOfMessagesToMove": len(letters),
            "StartedTimestamp": time.time_ns() // 1_000_000,
        }
        if "DestinationArn" in asked:
            task["DestinationArn"] = asked["DestinationArn"]
        self._tasks.setdefault(arn, []).insert(0, task)
        for letter in letters:
            destination = asked.get("DestinationArn") or letter["sys"].get(_SOURCE)
            if destination is None:
                task |= {"Status": "FAILED", "FailureReason": "CouldNotDetermineMessageSource"}
                break
            self._move(letter, source, destination)
            task["ApproximateNumberOfMessagesMoved"] += 1
        return {"TaskHandle": f"{arn}#{task['StartedTimestamp']}"}

    def list(self, asked: dict[str, Any], _url: str) -> dict[str, Any]:
        """Tell of a queue's latest tasks."""
        found = self._tasks.get(asked.get("SourceArn", ""), [])
        return {"Results": found[: int(asked.get("MaxResults", 1))]}

    def _move(self, letter: dict[str, Any], source: dict[str, Any], destination: str) -> None:
        # What is moved is a new message: new id, new retention, no receives.
        message = {
            "QueueUrl": destination.rpartition(":")[2],
            "MessageBody": letter["body"],
            "MessageAttributes": letter["message_attributes"],
        }
        sqs._act_send_message(message, "")
        with sqs._queues_lock:
            source["messages"].remove(letter)


def naming_source(extract: Callable[..., str]) -> Callable[..., str]:
    """Let policies be asked about the queue that a move task empties, not about `*`."""

    def extract_resource_arn(
        service: str, method: str, path: str, headers: Any, body: bytes, *more: Any
    ) -> str:
        if service == "sqs" and "MessageMoveTask" in headers.get("x-amz-target", ""):
            arn = json.loads(body or b"{}").get("SourceArn")
            return arn if isinstance(arn, str) else "*"
        return extract(service, method, path, headers, body, *more)

    return extract_resource_arn


def install_move_tasks() -> None:
    """Teach the engine move tasks; must happen before it serves."""
    tasks = MoveTasks()
    sqs._HANDLERS["StartMessageMoveTask"] = tasks.start
    sqs._HANDLERS["ListMessageMoveTasks"] = tasks.list
    iam_actions.extract_resource_arn = naming_source(iam_actions.extract_resource_arn)
