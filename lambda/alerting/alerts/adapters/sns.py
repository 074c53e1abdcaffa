"""Alerts published to subscribers through SNS."""

from typing import Any

from alerting.alerts.model import Alert
from alerting.rules.definition import Condition, Silence, Threshold
from kernel import exact_json
from kernel.aws import aws_failures


class SnsNotifications:
    """Alerts as JSON, with attributes that subscribers can filter by."""

    def __init__(self, client: Any, topic_arn: str) -> None:
        self._client, self._topic_arn = client, topic_arn

    def publish(self, alert: Alert) -> None:
        """Tell whoever subscribed; raises TryAgainLater if SNS did not take it."""
        attributes = {
            "severity": alert.severity,
            "device_id": alert.device_id,
            "rule_id": alert.rule_id,
        }
        with aws_failures():
            self._client.publish(
                TopicArn=self._topic_arn,
                Message=exact_json.dumps(exact_json.without_none(_notification(alert))),
                MessageAttributes={
                    name: {"DataType": "String", "StringValue": value}
                    for name, value in attributes.items()
                },
            )


def _notification(alert: Alert) -> dict[str, Any]:
    """An alert as subscribers get it; None for what there is not."""
    return {
        "alert_id": alert.alert_id,
        "rule_id": alert.rule_id,
        "rule_name": alert.rule_name,
        "device_id": alert.device_id,
        **_cause(alert.condition),
        "actual_value": alert.actual_value,
        "last_reading_at": alert.last_reading_at,
        "severity": alert.severity,
        "status": alert.status,
        "fired_at": alert.fired_at,
        "resolved_at": alert.resolved_at,
        "contradicted_at": alert.contradicted_at,
    }


def _cause(condition: Condition) -> dict[str, Any]:
    match condition:
        case Threshold(metric, operator, threshold):
            return {"metric": metric, "operator": operator, "threshold": threshold}
        case Silence(seconds, metric):
            return {"metric": metric, "no_data": seconds}
