"""SQS's move tasks for the AWS in memory, which has none."""

from moto.core.exceptions import ServiceException
from moto.core.responses import ActionResult
from moto.sqs.responses import SQSResponse

UNDER_WAY = ("RUNNING", "CANCELLING")


class UnderWay(ServiceException):
    """What SQS says to whoever begins a second task."""

    code = "InvalidParameterValue"
    message = "There is already a task running."


class NoSuchTask(ServiceException):
    """What SQS says to whoever ends a task that has ended."""

    code = "ResourceNotFoundException"
    message = "Task does not exist."


class MoveTasks:
    """Moves a few messages whenever somebody asks how far a task is, as SQS moves them by and by.

    Without a destination, SQS knows only of messages that it moved itself where they belong.
    """

    def __init__(self, set_attribute, at_once=4):
        self.at_once = at_once
        self.tasks, self.failures = [], {}
        for name in ("start_message_move_task", "list_message_move_tasks"):
            set_attribute(SQSResponse, name, self._answering(getattr(self, name)), raising=False)
        name = "cancel_message_move_task"
        set_attribute(SQSResponse, name, self._answering(self.cancel), raising=False)

    @staticmethod
    def _answering(operation):
        return lambda response: ActionResult(
            operation(response.sqs_backend, response._get_params())
        )

    def start_message_move_task(self, backend, asked):
        """Begin a task; SQS works at one task of a queue at a time."""
        for one in self.tasks:
            if one["SourceArn"] == asked["SourceArn"] and one["Status"] in UNDER_WAY:
                raise UnderWay
        task = {
            "TaskHandle": f"task-{len(self.tasks)}",
            "Status": "RUNNING",
            "SourceArn": asked["SourceArn"],
            "DestinationArn": asked.get("DestinationArn"),
            "ApproximateNumberOfMessagesMoved": 0,
            "ApproximateNumberOfMessagesToMove": len(_queue(backend, asked["SourceArn"])._messages),
            "StartedTimestamp": len(self.tasks),
        }
        if not task["DestinationArn"]:
            task |= {"Status": "FAILED", "FailureReason": "CouldNotDetermineMessageSource"}
        self.tasks.append(task)
        return {"TaskHandle": task["TaskHandle"]}

    def list_message_move_tasks(self, backend, asked):
        """Tell of the latest tasks of a queue, and go on with the one that is running."""
        found = [task for task in self.tasks if task["SourceArn"] == asked["SourceArn"]][::-1]
        told = [dict(task) for task in found[: asked["MaxResults"]]]
        for task in told:
            if task["Status"] != "RUNNING":
                del task["TaskHandle"]
        for task in found:
            if task["Status"] == "RUNNING":
                self._go_on(backend, task)
            elif task["Status"] == "CANCELLING":
                task["Status"] = "CANCELLED"
        return {"Results": told}

    def cancel(self, backend, asked):
        """End a task, by and by."""
        (task,) = [task for task in self.tasks if task["TaskHandle"] == asked["TaskHandle"]]
        if task["Status"] != "RUNNING":
            raise NoSuchTask
        task["Status"] = "CANCELLING"
        moved = task["ApproximateNumberOfMessagesMoved"]
        return {"ApproximateNumberOfMessagesMoved": moved}

    def _go_on(self, backend, task):
        source = _queue(backend, task["SourceArn"])
        destination = _queue(backend, task["DestinationArn"])
        moved = source._messages[: self.at_once]
        source._messages = source._messages[self.at_once :]
        for message in moved:
            destination.add_message(message)
        task["ApproximateNumberOfMessagesMoved"] += len(moved)
        if failure := self.failures.get(task["SourceArn"].rpartition(":")[2]):
            task |= {"Status": "FAILED", "FailureReason": failure}
        elif not source._messages:
            task["Status"] = "COMPLETED"


def _queue(backend, arn):
    return backend.get_queue(arn.rpartition(":")[2])
