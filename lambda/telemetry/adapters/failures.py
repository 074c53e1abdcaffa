"""Failed messages in the table `idempotency-{suffix}`: an item a window, removed by its TTL."""

import hashlib
from collections.abc import Collection
from typing import Any

from kernel.adapters.dynamodb import Item, to_attribute
from kernel.aws import aws_failures
from kernel.clock import DAY_MS, SECOND_MS

# Digests of ids, since an item takes 400 KB: the highest threshold makes 80 KB of these.
_DIGEST_BYTES = 8


class DynamoDbFailures:
    """Messages that failed, as a set of digests of their ids: to add one twice changes nothing."""

    def __init__(self, client: Any, table: str) -> None:
        self._client, self._table = client, table

    def add(self, window: int, message_ids: Collection[str]) -> int:
        """Remember failed messages, at least one; how many different ones failed in the window."""
        digests = {hashlib.sha256(one.encode()).digest()[:_DIGEST_BYTES] for one in message_ids}
        answer = self._update(
            window,
            UpdateExpression="ADD failed :failed SET expires_at = :expiry",
            ExpressionAttributeValues={
                ":failed": {"BS": sorted(digests)},
                ":expiry": to_attribute((window + DAY_MS) // SECOND_MS),
            },
            ReturnValues="UPDATED_NEW",
        )
        return len(answer["Attributes"]["failed"]["BS"])

    def claim_report(self, window: int, threshold: int) -> bool:
        """Whether it is for this caller to tell people, once in a window of each threshold."""
        try:
            self._update(
                window,
                UpdateExpression="ADD reported :thresholds",
                ConditionExpression="NOT contains(reported, :threshold)",
                ExpressionAttributeValues={
                    ":thresholds": {"NS": [str(threshold)]},
                    ":threshold": to_attribute(threshold),
                },
            )
        except self._client.exceptions.ConditionalCheckFailedException:
            return False
        return True

    def give_up_report(self, window: int, threshold: int) -> None:
        """Leave the telling to the next that claims it."""
        self._update(
            window,
            UpdateExpression="DELETE reported :thresholds",
            ExpressionAttributeValues={":thresholds": {"NS": [str(threshold)]}},
        )

    def _update(self, window: int, **update: Any) -> Any:
        key: Item = {"id": to_attribute(f"failures#{window}")}
        with aws_failures():
            return self._client.update_item(TableName=self._table, Key=key, **update)
