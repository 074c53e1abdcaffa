import json

from edge.redelivery import LONGEST_SECONDS, wait_seconds
from iot_pipeline.cli.dlq.dead_letters import FAILED_INVOCATIONS
from iot_pipeline.cli.dlq.dead_letters import WORK_QUEUES as NAMED_QUEUES

# Each work queue and the function that consumes it.
WORK_QUEUES = {"ingestion": "process", "evaluation": "evaluate", "states": "count"}


def granted_to_operators(stack, action):
    """The resources that an operator may use an action on."""
    return {
        resource
        for statement in stack.policy("aws_iam_policy", "operator_policy")
        if action in statement["Action"]
        for resource in statement["Resource"]
    }


def test_operators_look_at_every_dead_letter_and_move_those_that_came_from_a_queue(stack):
    moved = {f"${{aws_sqs_queue.{name}_dead_letters_queue.arn}}" for name in WORK_QUEUES}
    letters = {*moved, "${aws_sqs_queue.failed_invocations_queue.arn}"}
    for action in ("ReceiveMessage", "ChangeMessageVisibility", "DeleteMessage", "PurgeQueue"):
        assert granted_to_operators(stack, f"sqs:{action}") == letters
    for action in ("StartMessageMoveTask", "ListMessageMoveTasks", "CancelMessageMoveTask"):
        assert granted_to_operators(stack, f"sqs:{action}") == moved
    work = {f"${{aws_sqs_queue.{name}_queue.arn}}" for name in WORK_QUEUES}
    assert granted_to_operators(stack, "sqs:SendMessage") == work
    for action in ("GetQueueAttributes", "GetQueueUrl"):
        assert granted_to_operators(stack, f"sqs:{action}") == work | letters


def test_the_command_line_knows_every_queue_of_dead_letters_by_name(stack):
    queues = stack.all("aws_sqs_queue")
    named = {name: queues[f"{name}_queue"]["name"] for name in WORK_QUEUES}
    assert named == {name: f"{work}-dev" for name, work in NAMED_QUEUES.items()}
    for name, work in named.items():
        assert queues[f"{name}_dead_letters_queue"]["name"] == f"{work}-dlq"
    assert queues["failed_invocations_queue"]["name"] == f"{FAILED_INVOCATIONS}-dev"
    assert len(queues) == 2 * len(named) + 1


def test_every_work_queue_has_a_dead_letter_queue_and_hides_messages_long_enough(stack):
    queues = stack.all("aws_sqs_queue")
    timeouts = {name: one["timeout"] for name, one in stack.all("aws_lambda_function").items()}
    assert {name for name, one in queues.items() if "redrive_policy" in one} == {
        f"{name}_queue" for name in WORK_QUEUES
    }
    for name, function in WORK_QUEUES.items():
        work = queues[f"{name}_queue"]
        redrive = json.loads(work["redrive_policy"])
        assert f"{name}_dead_letters_queue" in redrive["deadLetterTargetArn"]
        assert work["visibility_timeout_seconds"] >= 6 * timeouts[f"{function}_function"]


def test_a_message_is_tried_again_for_over_an_hour_before_it_is_given_up(stack):
    queues = stack.all("aws_sqs_queue")
    for name in WORK_QUEUES:
        work = queues[f"{name}_queue"]
        receives = json.loads(work["redrive_policy"])["maxReceiveCount"]
        shortest = [wait_seconds(n, draw=min) for n in range(1, receives + 1)]
        assert sum(shortest) > 60 * 60
        # A longer wait would put off what the queue shows by itself.
        assert work["visibility_timeout_seconds"] >= LONGEST_SECONDS


def test_every_consumer_may_put_off_the_messages_of_its_own_queue_and_no_others(stack):
    for name, function in WORK_QUEUES.items():
        granted = [
            resource
            for statement in stack.policy("aws_iam_role_policy", f"{function}_permissions")
            if "sqs:ChangeMessageVisibility" in statement["Action"]
            for resource in statement["Resource"]
        ]
        assert granted == [f"${{aws_sqs_queue.{name}_queue.arn}}"]
        properties = stack.all("aws_lambda_function")[f"{function}_function"]
        variables = properties["environment"]["variables"]
        variable = f"{name.upper()}_QUEUE_URL"
        assert variables[variable] == f"${{aws_sqs_queue.{name}_queue.url}}"


def test_consumers_report_single_messages_and_stay_below_their_functions_limits(stack):
    mappings = stack.all("aws_lambda_event_source_mapping").values()
    assert len(mappings) == len(WORK_QUEUES)
    for mapping in mappings:
        assert mapping["function_response_types"] == ["ReportBatchItemFailures"]
        assert mapping["scaling_config"]["maximum_concurrency"] == 100
