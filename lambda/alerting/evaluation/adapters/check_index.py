"""The index of what waits for a look, by shard and time; what waits for none is not in it."""

from collections.abc import Iterator
from typing import Any

from kernel.adapters.calls import all_items
from kernel.adapters.dynamodb import Item, to_item

BY_CHECK = "by-check"


def to_check(client: Any, table: str, shard: str, now: int) -> Iterator[Item]:
    """The keys that are due by now, the longest waiting first, with `check_at`."""
    query = {
        "TableName": table,
        "IndexName": BY_CHECK,
        "KeyConditionExpression": "watch_shard = :shard AND check_at <= :now",
        "ExpressionAttributeValues": to_item({":shard": shard, ":now": now}),
    }
    return all_items(client.query, query)


def waiting(client: Any, table: str, shard: str, rule_id: str) -> Iterator[Item]:
    """The keys of one rule, however late they are due."""
    query = {
        "TableName": table,
        "IndexName": BY_CHECK,
        "KeyConditionExpression": "watch_shard = :shard",
        "FilterExpression": "rule_id = :rule",
        "ExpressionAttributeValues": to_item({":shard": shard, ":rule": rule_id}),
    }
    return all_items(client.query, query)
