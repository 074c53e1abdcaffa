"""What is watched of each kind of part, and when it is an alarm."""

from collections.abc import Sequence

from lib.constructs.alarms import Metric, Watch
from lib.constructs.python_function import FAILURES_NAMESPACE, PythonFunction
from lib.constructs.table import Table
from lib.constructs.work_queue import WorkQueue

_MOST_FUNCTION_ERRORS = 10
_MOST_FUNCTION_THROTTLES = 5
# Of what runs once a minute: less than one a run.
_MOST_SCHEDULED_FAILURES = 3
_MOST_TABLE_THROTTLES = 10
_MOST_API_FAILURES = 10
_OLDEST_MESSAGE_SECONDS = 10 * 60
# Of all runs or calls, in percent: thresholds for those of which there are few.
_MOST_CRASHED = 50
_MOST_CALLS_FAILED = 10
_MOST_CALLS_REFUSED = 50
_ENOUGH_CALLS = 10
# What comes late may not be in the latest period yet.
_PERIODS = 3


def function_watches(id_: str, function: PythonFunction) -> list[Watch]:
    """A function fails, or is refused its run."""
    name, most_at_once = function.name, function.reserved_concurrency

    def metric(of: str) -> Metric:
        return Metric("AWS/Lambda", of, {"FunctionName": name})

    see_log = f"see its log group /aws/lambda/{name}."
    see_errors = f"see the lines with level ERROR in its log group /aws/lambda/{name}."
    return [
        Watch(
            f"{id_}_errors",
            f"{name}-errors",
            f"{name} crashes or times out: {see_log}",
            {"errors": metric("Errors")},
            _MOST_FUNCTION_ERRORS,
        ),
        Watch(
            f"{id_}_crashes",
            f"{name}-crashes",
            f"Of the runs of {name}, {_MOST_CRASHED} % or more crash or time out: {see_log}",
            {"errors": metric("Errors"), "runs": metric("Invocations")},
            _MOST_CRASHED,
            expression="100 * errors / runs",
        ),
        Watch(
            f"{id_}_throttles",
            f"{name}-throttles",
            f"{name} is refused runs: more are asked for than its {most_at_once} at once."
            if most_at_once
            else f"{name} is refused runs: the account has no more, see RESERVED_CONCURRENCY.",
            {"throttles": metric("Throttles")},
            _MOST_FUNCTION_THROTTLES,
        ),
        Watch(
            f"{id_}_failures",
            f"{name}-failures",
            f"{name} caught errors: {see_errors}",
            {"failures": Metric(FAILURES_NAMESPACE, name, {})},
            _MOST_FUNCTION_ERRORS,
        ),
    ]


def table_watches(id_: str, table: Table) -> list[Watch]:
    """A table, or an index of it, takes no more reads or writes for a while."""
    places = {"": {"TableName": table.name}} | {
        index: {"TableName": table.name, "GlobalSecondaryIndexName": index}
        for index in table.indexes
    }
    return [_throttles(id_, table.name, index, places[index]) for index in places]


def _throttles(id_: str, table: str, index: str, dimensions: dict[str, str]) -> Watch:
    what = f"{table}/{index}" if index else table
    return Watch(
        "_".join([id_, *index.split("-"), "throttles"]) if index else f"{id_}_throttles",
        f"throttled-table-{what}",
        f"{what} throttles: one partition may be hot, or the account's limit reached.",
        {
            "reads": Metric("AWS/DynamoDB", "ReadThrottleEvents", dimensions),
            "writes": Metric("AWS/DynamoDB", "WriteThrottleEvents", dimensions),
        },
        _MOST_TABLE_THROTTLES,
        expression="FILL(reads,0)+FILL(writes,0)",
        periods=_PERIODS,
    )


def dead_letter_watch(id_: str, queue: str) -> Watch:
    """Somebody must look at a message."""
    metric = Metric(
        "AWS/SQS", "ApproximateNumberOfMessagesVisible", {"QueueName": queue}, "Maximum"
    )
    description = (
        f"{queue} holds letters: `pipeline dlq list` tells why, `pipeline dlq peek` shows them, "
        "`pipeline dlq redrive` sends them back."
    )
    return Watch(
        f"{id_}_messages",
        f"{queue}-messages",
        description,
        {"letters": metric},
        1,
        period_seconds=60,
    )


def queue_watches(id_: str, work: WorkQueue) -> list[Watch]:
    """Work waits for too long: nobody takes it in, not fast enough, or in vain; or it is dead."""
    queue = work.name

    def metric(name: str, statistic: str) -> Metric:
        return Metric("AWS/SQS", name, {"QueueName": queue}, statistic)

    return [
        dead_letter_watch(f"{id_}_dead_letters", work.dead_letters.name),
        Watch(
            f"{id_}_age",
            f"{queue}-age",
            f"The oldest message of {queue} that was not tried three times waits for over "
            f"{_OLDEST_MESSAGE_SECONDS} s: its function does not run, or has too few runs at once.",
            {"age": metric("ApproximateAgeOfOldestMessage", "Maximum")},
            _OLDEST_MESSAGE_SECONDS,
        ),
        # A message that was tried three times has no age in SQS any more.
        Watch(
            f"{id_}_stuck",
            f"{queue}-stuck",
            f"Messages of {queue} are tried again and again, and none succeeds: see the lines with "
            "level ERROR in the log of its function.",
            {
                "waiting": metric("ApproximateNumberOfMessagesVisible", "Maximum"),
                "tried": metric("ApproximateNumberOfMessagesNotVisible", "Maximum"),
                "done": metric("NumberOfMessagesDeleted", "Sum"),
            },
            1,
            expression="IF(FILL(done,0) == 0, FILL(waiting,0) + FILL(tried,0), 0)",
            periods=_PERIODS,
            lasting=True,
        ),
    ]


def schedule_watches(id_: str, rule: str, function: PythonFunction) -> Sequence[Watch]:
    """What is to run by the clock does not, or fails each time."""
    name = function.name
    return [
        Watch(
            f"{id_}_failing",
            f"{name}-failing",
            f"{name} fails at the same every time: see the lines with level ERROR in its log group "
            f"/aws/lambda/{name}.",
            {"failures": Metric(FAILURES_NAMESPACE, name, {})},
            _MOST_SCHEDULED_FAILURES,
        ),
        Watch(
            f"{id_}_stopped",
            f"{name}-stopped",
            f"{name} did not run for five minutes: see the rule {rule}, and its throttles.",
            {"runs": Metric("AWS/Lambda", "Invocations", {"FunctionName": name})},
            1,
            below=True,
        ),
        Watch(
            f"{id_}_not_started",
            f"{rule}-not-started",
            f"The rule {rule} could not start {name}: see the function's permissions.",
            {"failed": Metric("AWS/Events", "FailedInvocations", {"RuleName": rule})},
            1,
        ),
    ]


def api_watches(id_: str, api: str, stage: str) -> list[Watch]:
    """Callers get answers that are our fault, or get nothing but refusals."""

    def metric(name: str) -> Metric:
        return Metric("AWS/ApiGateway", name, {"ApiName": api, "Stage": stage})

    see_logs = (
        "a function is refused its runs (its own alarm tells), a service it needs is away "
        '("request_postponed" in its log), or it failed ("request_failed").'
    )
    return [
        Watch(
            f"{id_}_failures",
            f"{api}-5xx",
            f"{api} answers 5xx: {see_logs}",
            {"failed": metric("5XXError")},
            _MOST_API_FAILURES,
        ),
        Watch(
            f"{id_}_failing",
            f"{api}-failing",
            f"{api} answers {_MOST_CALLS_FAILED} % of all calls or more with 5xx: {see_logs}",
            {"failed": metric("5XXError"), "calls": metric("Count")},
            _MOST_CALLS_FAILED,
            expression="100 * failed / calls",
        ),
        Watch(
            f"{id_}_refusals",
            f"{api}-refusals",
            f"{api} refuses {_MOST_CALLS_REFUSED} % of its calls or more: see the callers' "
            "signatures and policies (403), the limits (429), or what they send (400).",
            {"refused": metric("4XXError"), "calls": metric("Count")},
            _MOST_CALLS_REFUSED,
            expression=f"IF(calls >= {_ENOUGH_CALLS}, 100 * refused / calls, 0)",
            periods=2,
            lasting=True,
        ),
    ]
