"""The outbox of rule changes: written with each change, and worked off by the sweep."""

from collections.abc import Iterator
from contextlib import suppress
from dataclasses import replace
from typing import Any

from alerting.rules.ports import RuleChange
from kernel.adapters.calls import all_items
from kernel.adapters.dynamodb import Item, to_attribute, to_item
from kernel.aws import aws_failures

# It lies in the table of rule states, in the partition of no device. The shard is for sweeps of
# earlier versions, which look for changes in the index of what is due.
OUTBOX_PARTITION, OUTBOX_SHARD = "*", "changes"


class DynamoDbRuleChangeOutbox:
    """Changes of rules whose consequences are still to be drawn."""

    def __init__(self, client: Any, states_table: str) -> None:
        self._client, self._table = client, states_table

    def pending(self, now: int) -> Iterator[RuleChange]:
        """Changes whose consequences are to be drawn by now, the longest waiting first."""
        # Of the table and not of the index, which shows keys alone: `drawn` is none. What is not
        # due yet is read too, but no change stays longer than until it was drawn again.
        query = {
            "TableName": self._table,
            "KeyConditionExpression": "device_id = :none",
            "FilterExpression": "check_at <= :now",
            "ExpressionAttributeValues": to_item({":none": OUTBOX_PARTITION, ":now": now}),
        }
        found = map(_change_of, all_items(self._client.query, query))
        yield from sorted(found, key=lambda change: change.due)

    def done(self, change: RuleChange) -> None:
        """Put the change off, or forget it, unless the rule was changed meanwhile."""
        request: dict[str, Any] = {
            "TableName": self._table,
            "Key": to_item({"device_id": OUTBOX_PARTITION, "rule_id": change.rule_id}),
            "ConditionExpression": "check_at = :due",
            "ExpressionAttributeValues": {":due": to_attribute(change.due)},
        }
        with aws_failures(), suppress(self._client.exceptions.ConditionalCheckFailedException):
            if change.again:
                self._client.delete_item(**request)
                return
            request["UpdateExpression"] = "SET drawn = :drawn, check_at = :again"
            again = {":drawn": True, ":again": replace(change, again=True).due}
            request["ExpressionAttributeValues"] |= to_item(again)
            self._client.update_item(**request)


def _change_of(item: Item) -> RuleChange:
    drawn = RuleChange(item["rule_id"]["S"], 0, again="drawn" in item)
    return replace(drawn, changed_at=int(item["check_at"]["N"]) - drawn.due)
