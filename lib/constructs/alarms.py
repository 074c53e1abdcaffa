"""Alarms that tell an operator what is wrong, and when it is over; all publish to one topic."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from cdktf_cdktf_provider_aws.cloudwatch_event_rule import CloudwatchEventRule
from cdktf_cdktf_provider_aws.cloudwatch_event_target import (
    CloudwatchEventTarget,
    CloudwatchEventTargetInputTransformer,
)
from cdktf_cdktf_provider_aws.cloudwatch_metric_alarm import (
    CloudwatchMetricAlarm,
    CloudwatchMetricAlarmMetricQuery,
    CloudwatchMetricAlarmMetricQueryMetric,
)
from constructs import Construct

_PERIOD_SECONDS = 5 * 60
# What alarms themselves publish, so that whoever takes in the one takes in the other.
_RECOVERED = {
    "AlarmName": "$.detail.alarmName",
    "AlarmArn": "$.resources[0]",
    "AWSAccountId": "$.account",
    "Region": "$.region",
    "NewStateValue": "$.detail.state.value",
    "NewStateReason": "$.detail.state.reason",
    "OldStateValue": "$.detail.previousState.value",
    "StateChangeTime": "$.time",
}


@dataclass(frozen=True, slots=True)
class Metric:
    """A CloudWatch metric, summed or otherwise, in five minutes."""

    namespace: str
    name: str
    dimensions: Mapping[str, str]
    statistic: str = "Sum"


@dataclass(frozen=True, slots=True)
class Watch:
    """What is watched: it is an alarm when a period reaches `threshold`.

    metrics: by their names in `expression`; a single one needs no expression. below: the alarm is
    that the threshold is not reached; then no data is an alarm too. periods: so many of the latest
    are looked at, and one that reaches the threshold is enough: with FILL, the latest may still
    lack what comes late. lasting: every one of them must reach it.
    """

    id: str
    name: str
    description: str
    metrics: Mapping[str, Metric]
    threshold: float
    expression: str | None = None
    below: bool = False
    periods: int = 1
    lasting: bool = False
    period_seconds: int = field(default=_PERIOD_SECONDS)


class Alarms(Construct):
    """One alarm for each thing watched; `name` begins the alarms' names, with a slash after it.

    The end of an alarm is told by an event: an alarm's own action for OK also tells that an alarm
    was made and found nothing wrong.
    """

    def __init__(
        self, scope: Construct, id_: str, *, name: str, topic_arn: str, watches: Sequence[Watch]
    ) -> None:
        super().__init__(scope, id_)
        prefix, rule_name = f"{name}/", f"{name}-alarms-recovered"
        untold = Watch(
            "recoveries_untold",
            "recoveries-untold",
            "Nobody hears that an alarm is over: see the policies of the topic and of its key.",
            {"failed": Metric("AWS/Events", "FailedInvocations", {"RuleName": rule_name})},
            1,
        )
        for watch in (*watches, untold):
            self._add(watch, prefix, topic_arn)
        rule = CloudwatchEventRule(
            self,
            "recovered",
            name=rule_name,
            description="Alarms that are over",
            event_pattern=json.dumps(
                {
                    "source": ["aws.cloudwatch"],
                    "detail-type": ["CloudWatch Alarm State Change"],
                    "detail": {
                        "alarmName": [{"prefix": prefix}],
                        "state": {"value": ["OK"]},
                        "previousState": {"value": ["ALARM"]},
                    },
                },
                separators=(",", ":"),
            ),
        )
        # EventBridge keeps names that begin with AWS for itself.
        places = {name: name.removeprefix("AWS") for name in _RECOVERED}
        template = ",".join(f'"{name}":<{place}>' for name, place in places.items())
        CloudwatchEventTarget(
            self,
            "told",
            rule=rule.name,
            arn=topic_arn,
            input_transformer=CloudwatchEventTargetInputTransformer(
                input_paths={places[name]: path for name, path in _RECOVERED.items()},
                input_template=f"{{{template}}}",
            ),
        )

    def _add(self, watch: Watch, prefix: str, topic_arn: str) -> None:
        CloudwatchMetricAlarm(
            self,
            watch.id,
            alarm_name=f"{prefix}{watch.name}",
            alarm_description=watch.description,
            comparison_operator=(
                "LessThanThreshold" if watch.below else "GreaterThanOrEqualToThreshold"
            ),
            threshold=watch.threshold,
            evaluation_periods=watch.periods,
            datapoints_to_alarm=watch.periods if watch.lasting else 1,
            # No data means that nothing was asked of it, unless it runs by itself.
            treat_missing_data="breaching" if watch.below else "notBreaching",
            alarm_actions=[topic_arn],
            **(_computed(watch) if watch.expression else _measured(watch)),
        )


def _measured(watch: Watch) -> dict[str, Any]:
    (metric,) = watch.metrics.values()
    return {
        "namespace": metric.namespace,
        "metric_name": metric.name,
        "dimensions": dict(metric.dimensions) or None,
        "statistic": metric.statistic,
        "period": watch.period_seconds,
    }


def _computed(watch: Watch) -> dict[str, Any]:
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
        for name, metric in watch.metrics.items()
    ]
    computed = CloudwatchMetricAlarmMetricQuery(
        id="computed", expression=watch.expression, label="Computed", return_data=True
    )
    return {"metric_query": [computed, *parts]}
