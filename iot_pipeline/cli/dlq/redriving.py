"""Dead letters sent back to where they came from, by a move task of SQS's own."""

import time
from collections.abc import Callable, Mapping
from typing import Any

from iot_pipeline.cli.dlq.dead_letters import DeadLetterQueue
from iot_pipeline.cli.quantity import quantity

POLL_SECONDS = 1.0
INTERRUPTED = "interrupted"

Show = Callable[[int, int | None], None]
"""Shows how many letters were moved, and of how many."""


class NotRedriven(Exception):
    """Some letters are where they were; interrupted: because the user wanted it so."""

    def __init__(self, queue: DeadLetterQueue, why: str, moved: int) -> None:
        super().__init__(
            f"{queue.name}: {why}: {quantity(moved, 'letter')} moved, the others are where they "
            "were; the same command goes on"
        )
        self.interrupted = why == INTERRUPTED


def redriven(
    sqs: Any, queue: DeadLetterQueue, show: Show, *, wait: Callable[[float], None] = time.sleep
) -> int:
    """Move all letters that are there, and return how many; a move under way is followed.

    Raises NotRedriven when not all were moved. The user's Ctrl-C ends the move: every letter is
    then in one queue or the other.
    """
    earlier = _latest_task(sqs, queue.arn)
    while earlier is not None and earlier["Status"] == "CANCELLING":
        # SQS works at one task of a queue at a time.
        wait(POLL_SECONDS)
        earlier = _latest_task(sqs, queue.arn)
    if earlier is not None and earlier["Status"] == "RUNNING":
        handle, finished = earlier["TaskHandle"], None
    else:
        finished = earlier["StartedTimestamp"] if earlier else None
        # Without a destination SQS sends each letter where it came from, which it knows only of
        # those that it moved itself.
        started = sqs.start_message_move_task(SourceArn=queue.arn, DestinationArn=queue.work_arn)
        handle = started["TaskHandle"]
    try:
        task = _followed(sqs, queue.arn, finished, show, wait)
    except KeyboardInterrupt:
        raise NotRedriven(queue, INTERRUPTED, _cancelled(sqs, queue.arn, handle)) from None
    if task["Status"] != "COMPLETED":
        why = task.get("FailureReason") or task["Status"].lower()
        raise NotRedriven(queue, why, _moved(task))
    return _moved(task)


def _followed(
    sqs: Any,
    source_arn: str,
    finished: int | None,
    show: Show,
    wait: Callable[[float], None],
) -> Mapping[str, Any]:
    """The task once it has ended; the one that began at `finished` is an earlier one."""
    while True:
        task = _latest_task(sqs, source_arn)
        if task is not None and task["StartedTimestamp"] != finished:
            show(_moved(task), task.get("ApproximateNumberOfMessagesToMove"))
            if not _goes_on(task):
                return task
        wait(POLL_SECONDS)


def _cancelled(sqs: Any, source_arn: str, handle: str) -> int:
    """How many letters were moved before the task was ended."""
    try:
        return _moved(sqs.cancel_message_move_task(TaskHandle=handle))
    except sqs.exceptions.ResourceNotFoundException:
        # It ended by itself at that moment.
        return _moved(_latest_task(sqs, source_arn) or {})


def _latest_task(sqs: Any, source_arn: str) -> Mapping[str, Any] | None:
    found = sqs.list_message_move_tasks(SourceArn=source_arn, MaxResults=1)
    return next(iter(found.get("Results", ())), None)


def _goes_on(task: Mapping[str, Any]) -> bool:
    return task["Status"] in ("RUNNING", "CANCELLING")


def _moved(task: Mapping[str, Any]) -> int:
    return int(task.get("ApproximateNumberOfMessagesMoved", 0))
