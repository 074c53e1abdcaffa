"""What each kind of caller may do."""

from lib.constructs.policy import Grant
from lib.constructs.python_function import PythonFunction
from lib.constructs.signed_api import SignedApi
from lib.stacks.foundation import Foundation


def calling(api: SignedApi, caller: str) -> list[Grant]:
    """A kind of caller calls the routes that the contract says it may."""
    return [Grant("Call", ["execute-api:Invoke"], api.callable_by(caller))]


def operator_grants(foundation: Foundation, *, recount: PythonFunction) -> list[Grant]:
    """A person or service that looks after the pipeline at any hour."""
    queues = foundation.queues.values()
    queue_arns = [queue.arn for queue in queues]
    movable_arns = [queue.dead_letters.arn for queue in queues]
    letter_arns = [*movable_arns, foundation.failed_invocations.arn]
    log_groups = [function.log_group_arn for function in foundation.functions.values()]
    return [
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
        Grant(
            "ReadParameters", ["ssm:GetParameter"], [foundation.api_key.arn, foundation.config.arn]
        ),
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
