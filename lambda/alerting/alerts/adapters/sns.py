"""Alerts published to subscribers through SNS."""

from typing import Any

from alerting.alerts.model import Alert
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
                Message=exact_json.dumps(alert.described()),
                MessageAttributes={
                    name: {"DataType": "String", "StringValue": value}
                    for name, value in attributes.items()
                },
            )
