"""A DynamoDB table of segments: partition, sort key `segment`, batches in and key ranges out."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from kernel.adapters.calls import MOST_WRITTEN, in_batches, read_items
from kernel.adapters.dynamodb import Item
from kernel.aws import aws_failures
from kernel.clock import SECOND_MS
from kernel.parsing import MAX_TIMESTAMP
from telemetry.adapters.pace import Pace
from telemetry.ports import Span

Key = tuple[str, str]

# The tables' TTL attribute, in seconds since the epoch. No version let a metric have its name.
EXPIRES_AT = "expires_at"


class SegmentTable:
    """Segments by partition and key; `partition_key` is the name of the partition attribute.

    consistent: whether ranges show what was written a moment ago, at twice the price.
    """

    def __init__(
        self, client: Any, table: str, partition_key: str, *, consistent: bool = False
    ) -> None:
        self._client, self._table, self._partition_key = client, table, partition_key
        self._consistent = consistent
        # SEGMENT is one of DynamoDB's reserved words, so it needs an alias in every expression.
        self._key_names = {"#partition": partition_key, "#segment": "segment"}

    def absent(self, keys: Mapping[Key, int]) -> set[Key]:
        """Which of these keys the table does not hold at the moment of each, in ms since the epoch.

        What had expired by then counts as gone: DynamoDB removes it only up to days later.
        """
        found = read_items(
            self._client,
            self._table,
            [self._named(key) for key in keys],
            ProjectionExpression=f"#partition, #segment, {EXPIRES_AT}",
            ExpressionAttributeNames=self._key_names,
        )
        there = {self._key_of(item): expiry_of(item) for item in found}
        return {key for key, at in keys.items() if key not in there or _is_over(there[key], at)}

    def put_absent(self, item: Item, at: int) -> bool:
        """Write an item unless the table holds its key at that moment; whether it was written.

        One call instead of two, and no read unit; but an item that is there costs its write units.
        """
        with aws_failures():
            try:
                self._client.put_item(
                    TableName=self._table,
                    Item=item,
                    ConditionExpression=f"attribute_not_exists(#segment) OR {EXPIRES_AT} <= :now",
                    ExpressionAttributeNames={"#segment": "segment"},
                    ExpressionAttributeValues={":now": {"N": str(at // SECOND_MS)}},
                )
            except self._client.exceptions.ConditionalCheckFailedException:
                return False
        return True

    def put(self, items: Sequence[Item]) -> None:
        """Write items, replacing those with the same keys."""
        self._write([{"PutRequest": {"Item": item}} for item in items])

    def delete(self, keys: Sequence[Key]) -> None:
        """Delete what lies under these keys, if anything does."""
        self._write([{"DeleteRequest": {"Key": self._named(key)}} for key in keys])

    def range(self, partition: str, span: Span, pace: Pace) -> Iterator[Item]:
        """Items whose segments may hold a reading in the span, in the order of their keys."""
        if span.end <= 0:
            # Before the first key there can be; DynamoDB refuses bounds in the wrong order.
            return
        earliest = max(0, min(pace.earliest, MAX_TIMESTAMP))
        query: dict[str, Any] = {
            "TableName": self._table,
            "KeyConditionExpression": "#partition = :partition AND #segment BETWEEN :low AND :high",
            # Spares the transfer of what ended before the span; the caller looks closely.
            "FilterExpression": "#last >= :start OR #timestamp >= :start",
            "ExpressionAttributeNames": {
                **self._key_names,
                "#last": "last",
                "#timestamp": "timestamp",
            },
            "ExpressionAttributeValues": {
                ":partition": {"S": partition},
                ":low": {"S": f"{earliest:013d}"},
                ":high": {"S": _before(span.end)},
                ":start": {"N": str(span.start)},
            },
            "ScanIndexForward": not pace.newest_first,
            "ConsistentRead": self._consistent,
        }
        while True:
            with aws_failures():
                answer = self._client.query(**query, Limit=pace.size)
            items, last = answer["Items"], answer.get("LastEvaluatedKey")
            found = ((_begin(item), _how_many(item)) for item in items)
            pace.learn(found, _begin(last) if last else None)
            yield from items
            if not last:
                return
            query["ExclusiveStartKey"] = last

    def _write(self, requests: Sequence[Any]) -> None:
        def write(part: Sequence[Any]) -> Sequence[Any]:
            answer = self._client.batch_write_item(RequestItems={self._table: part})
            left: Sequence[Any] = answer["UnprocessedItems"].get(self._table, ())
            return left

        in_batches(requests, MOST_WRITTEN, write)

    def _named(self, key: Key) -> Item:
        return {self._partition_key: {"S": key[0]}, "segment": {"S": key[1]}}

    def _key_of(self, item: Mapping[str, Any]) -> Key:
        return item[self._partition_key]["S"], item["segment"]["S"]


def is_packed(item: Item) -> bool:
    """Whether an item is a segment of many readings."""
    # A metric may be named `packed` too, but no metric is binary.
    return "B" in item.get("packed", {})


def expiry_of(item: Mapping[str, Any]) -> int | None:
    """Until when an item is kept, in ms since the epoch; None for ever."""
    return int(item[EXPIRES_AT]["N"]) * SECOND_MS if EXPIRES_AT in item else None


def _how_many(item: Item) -> int:
    return int(item["count"]["N"]) if is_packed(item) else 1


def _begin(item: Item) -> int:
    return int(item["segment"]["S"][:13])


def _is_over(expires_at: int | None, at: int) -> bool:
    return expires_at is not None and expires_at <= at


def _before(end: int) -> str:
    # Sort keys go on after the 13 digits, so the bare digits exclude the moment itself.
    return f"{end:013d}" if end <= MAX_TIMESTAMP else f"{MAX_TIMESTAMP}~"
