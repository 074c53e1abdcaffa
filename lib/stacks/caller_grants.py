"""What each kind of caller may do."""

from collections.abc import Sequence

from lib.constructs.parameter import Parameter
from lib.constructs.policy import Grant
from lib.constructs.python_function import PythonFunction
from lib.constructs.signed_api import SignedApi
from lib.constructs.work_queue import DeadLetterQueue, WorkQueue

_INVOKE = ["execute-api:Invoke"]


def writer_grants(api: SignedApi) -> list[Grant]:
    """A service that sends readings."""
    return [
        Grant("Write", _INVOKE, api.invocation_arns("POST /ingest", "POST /events", "GET /health"))
    ]


def reader_grants(api: SignedApi) -> list[Grant]:
    """A service that queries."""
    return [Grant("Read", _INVOKE, api.invocation_arns("GET /*"))]


def operator_grants(
    api: SignedApi,
    *,
    queues: Sequence[WorkQueue],
    recount: PythonFunction,
    failed_invocations: DeadLetterQueue,
    log_groups: Sequence[str],
    parameters: Sequence[Parameter],
) -> list[Grant]:
    """A person or service that looks after the pipeline at any hour."""
    queue_arns = [queue.arn for queue in queues]
    movable_arns = [queue.dead_letters.arn for queue in queues]
    letter_arns = [*movable_arns, failed_invocations.arn]
    return [
        Grant("CallTheApi", _INVOKE, api.invocation_arns("*")),
        Grant(
            "SeeQueues",
            ["sqs:GetQueueAttributes", "sqs:GetQueueUrl", "sqs:ListDeadLetterSourceQueues"],
            [*queue_arns, *letter_arns],
        ),
        Grant(
            "TakeDeadLetters",
            [
                "sqs:ChangeMessageVisibility",
                # SQS does not know it; the local engine asks for the batch's own name.
                "sqs:ChangeMessageVisibilityBatch",
                "sqs:DeleteMessage",
                "sqs:PurgeQueue",
                "sqs:ReceiveMessage",
            ],
            letter_arns,
        ),
        # SQS moves only what the queue of another queue holds, not Lambda's own dead letters.
        Grant(
            "MoveDeadLetters",
            ["sqs:CancelMessageMoveTask", "sqs:ListMessageMoveTasks", "sqs:StartMessageMoveTask"],
            movable_arns,
        ),
        # Moving a letter back needs the right to send it where it came from.
        Grant("SendAgain", ["sqs:SendMessage"], queue_arns),
        Grant(
            "ReadLogs",
            [
                "logs:DescribeLogStreams",
                "logs:FilterLogEvents",
                "logs:GetLogEvents",
                "logs:StartLiveTail",
                "logs:StartQuery",
            ],
            # As AWS names a group wherever it is not about tags.
            [f"{group}:*" for group in log_groups],
        ),
        Grant("Recount", ["lambda:InvokeFunction"], [recount.arn]),
        Grant("ReadParameters", ["ssm:GetParameter"], [one.arn for one in parameters]),
        # These know no resources.
        Grant(
            "ReadMetricsAndTraces",
            [
                "cloudwatch:DescribeAlarmHistory",
                "cloudwatch:DescribeAlarms",
                "cloudwatch:GetMetricData",
                "cloudwatch:GetMetricStatistics",
                "cloudwatch:ListMetrics",
                "logs:DescribeLogGroups",
                "logs:GetQueryResults",
                "xray:BatchGetTraces",
                "xray:GetTraceSummaries",
            ],
            ["*"],
        ),
    ]
