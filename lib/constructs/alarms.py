"""Alarms that tell an operator what is wrong; every one publishes to the alert topic."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from cdktf_cdktf_provider_aws.cloudwatch_metric_alarm import (
    CloudwatchMetricAlarm,
    CloudwatchMetricAlarmMetricQuery,
    CloudwatchMetricAlarmMetricQueryMetric,
)
from constructs import Construct

from lib.constructs.python_function import FAILURES_NAMESPACE

_PERIOD_SECONDS = 5 * 60
_MOST_FUNCTION_ERRORS = 10
_MOST_FUNCTION_THROTTLES = 5
_MOST_TABLE_THROTTLES = 10
_MOST_API_FAILURES = 10
_OLDEST_MESSAGE_SECONDS = 10 * 60


@dataclass(frozen=True, slots=True)
class Metric:
    """A CloudWatch metric, summed or otherwise, in five minutes."""

    namespace: str
    name: str
    dimensions: Mapping[str, str]
    statistic: str = "Sum"


@dataclass(frozen=True, slots=True)
class Watch:
    """What is watched: it is an alarm when the metrics' sum reaches `threshold`."""

    id: str
    name: str
    description: str
    metrics: Sequence[Metric]
    threshold: float
    period_seconds: int = field(default=_PERIOD_SECONDS)


def function_watches(id_: str, function: str) -> list[Watch]:
    """A function fails, or is refused its run."""

    def metric(name: str) -> list[Metric]:
        return [Metric("AWS/Lambda", name, {"FunctionName": function})]

    return [
        Watch(
            f"{id_}_errors",
            f"{function}-errors",
            f"{function} crashes or times out: see its log group /aws/lambda/{function}.",
            metric("Errors"),
            _MOST_FUNCTION_ERRORS,
        ),
        Watch(
            f"{id_}_throttles",
            f"{function}-throttles",
            f"{function} is refused runs: raise RESERVED_CONCURRENCY, or the account's limit.",
            metric("Throttles"),
            _MOST_FUNCTION_THROTTLES,
        ),
        Watch(
            f"{id_}_failures",
            f"{function}-failures",
            f"{function} caught errors: see 'stack' in its log group /aws/lambda/{function}.",
            [Metric(FAILURES_NAMESPACE, function, {})],
            _MOST_FUNCTION_ERRORS,
        ),
    ]


def table_watch(id_: str, table: str) -> Watch:
    """A table takes no more reads or writes for a while."""
    names = ("ReadThrottleEvents", "WriteThrottleEvents")
    metrics = [Metric("AWS/DynamoDB", name, {"TableName": table}) for name in names]
    description = f"{table} throttles: one partition may be hot, or the account's limit reached."
    return Watch(
        f"{id_}_throttles", f"throttled-table-{table}", description, metrics, _MOST_TABLE_THROTTLES
    )


def dead_letter_watch(id_: str, queue: str) -> Watch:
    """Somebody must look at a message."""
    metric = Metric(
        "AWS/SQS", "ApproximateNumberOfMessagesVisible", {"QueueName": queue}, "Maximum"
    )
    description = (
        f"{queue} holds messages: 'pipeline dlq peek' shows them and why, 'pipeline dlq redrive' "
        "sends them back once that is repaired."
    )
    return Watch(f"{id_}_messages", f"{queue}-messages", description, [metric], 1, 60)


def backlog_watch(id_: str, queue: str) -> Watch:
    """Work waits for too long."""
    metric = Metric("AWS/SQS", "ApproximateAgeOfOldestMessage", {"QueueName": queue}, "Maximum")
    description = f"The oldest message of {queue} waits for over {_OLDEST_MESSAGE_SECONDS} s."
    return Watch(f"{id_}_age", f"{queue}-age", description, [metric], _OLDEST_MESSAGE_SECONDS)


def api_watch(id_: str, api: str, stage: str) -> Watch:
    """Callers get answers that are our fault."""
    metric = Metric("AWS/ApiGateway", "5XXError", {"ApiName": api, "Stage": stage})
    description = f'{api} answers 5xx: see the functions\' logs for "request_failed".'
    return Watch(f"{id_}_failures", f"{api}-5xx", description, [metric], _MOST_API_FAILURES)


class Alarms(Construct):
    """One alarm for each thing watched."""

    def __init__(
        self, scope: Construct, id_: str, *, topic_arn: str, watches: Sequence[Watch]
    ) -> None:
        super().__init__(scope, id_)
        for watch in watches:
            single = watch.metrics[0] if len(watch.metrics) == 1 else None
            CloudwatchMetricAlarm(
                self,
                watch.id,
                alarm_name=watch.name,
                alarm_description=watch.description,
                comparison_operator="GreaterThanOrEqualToThreshold",
                threshold=watch.threshold,
                evaluation_periods=1,
                # No data means that nothing was asked of it, not that something is wrong.
                treat_missing_data="notBreaching",
                alarm_actions=[topic_arn],
                ok_actions=[topic_arn],
                namespace=single.namespace if single else None,
                metric_name=single.name if single else None,
                dimensions=(dict(single.dimensions) or None) if single else None,
                statistic=single.statistic if single else None,
                period=watch.period_seconds if single else None,
                metric_query=None if single else _sum_of(watch),
            )


def _sum_of(watch: Watch) -> list[CloudwatchMetricAlarmMetricQuery]:
    names = [f"m{number}" for number in range(1, len(watch.metrics) + 1)]
    parts = [
        CloudwatchMetricAlarmMetricQuery(
            id=name,
            metric=CloudwatchMetricAlarmMetricQueryMetric(
                namespace=metric.namespace,
                metric_name=metric.name,
                dimensions=dict(metric.dimensions),
                stat=metric.statistic,
                period=watch.period_seconds,
            ),
        )
        for name, metric in zip(names, watch.metrics, strict=True)
    ]
    expression = "+".join(f"FILL({name},0)" for name in names)
    total = CloudwatchMetricAlarmMetricQuery(
        id="total", expression=expression, label="Total", return_data=True
    )
    return [total, *parts]
