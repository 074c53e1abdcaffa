"""Reports to people through SNS."""

from collections.abc import Mapping
from typing import Any

from kernel import exact_json
from kernel.aws import aws_failures


class SnsErrorReports:
    """Reports published to the alert topic as JSON."""

    def __init__(self, client: Any, topic_arn: str) -> None:
        self._client, self._topic_arn = client, topic_arn

    def publish(self, subject: str, report: Mapping[str, str | int]) -> None:
        """Tell whoever subscribed; raises TryAgainLater if SNS did not take it."""
        with aws_failures():
            self._client.publish(
                TopicArn=self._topic_arn, Subject=subject, Message=exact_json.dumps(report)
            )
