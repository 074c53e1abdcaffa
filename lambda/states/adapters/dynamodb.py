"""Counters in `device-state-counts-{suffix}`, counted up together with the chunk's marker.

A counter is the row `{type}#{state}`. Where transactions get in each other's way, later attempts
count into one of its other rows, `{type}#{state}#{shard}`, and whoever reads adds them up.
"""

import random
import re
from collections import Counter
from collections.abc import Collection, Iterable, Iterator
from itertools import groupby
from typing import Any

from edge.idempotency import REMEMBERED_FOR_MS
from kernel.adapters.calls import ConditionsFailed, all_items, read_items, write_together
from kernel.adapters.dynamodb import to_attribute, to_item
from kernel.aws import aws_failures
from kernel.clock import SECOND_MS
from kernel.errors import Conflict
from states.model import Chunk, Count
from states.ports import Tally

SHARDS = 16
_NAMES = {"#count": "count", "#type": "type", "#state": "state"}
# The # that ends a type in a row's key, and the printable characters that come before it.
_WORD_END = re.compile('[ !"#]')
# No printable character comes before it.
_FIRST = " "


class DynamoDbCounts:
    """Counts by day, type and state, to be read."""

    def __init__(self, client: Any, table: str) -> None:
        self._client, self._table = client, table

    def read(self, day: str) -> Tally:
        """The counts of a UTC day as they are at this moment."""
        rows = dict(self._rows(day, _FIRST))
        return Tally(tuple(_added_up(day, rows.items())), rows)

    def listed(self, day: str, after: tuple[str, str] | None = None) -> Iterator[Count]:
        """The counts of a UTC day in order of type and state, strictly after these if given;
        taking more of them reads more."""
        rows = self._rows(day, _FIRST if after is None else after[0])
        # The row "laptop 13#…" comes before "laptop#…", so these are put in order together; types
        # that begin with different words are in order as they come.
        for _, group in groupby(rows, key=lambda row: _WORD_END.split(row[0])[0]):
            for one in _added_up(day, group):
                if after is None or (one.type, one.state) > after:
                    yield one

    def _rows(self, day: str, first_type: str) -> Iterator[tuple[str, int]]:
        query = {
            "TableName": self._table,
            "KeyConditionExpression": "#date = :day AND type_state >= :first",
            "ExpressionAttributeNames": {"#date": "date"},
            "ExpressionAttributeValues": to_item({":day": day, ":first": first_type}),
            "ConsistentRead": True,
        }
        for item in all_items(self._client.query, query):
            yield item["type_state"]["S"], int(item["count"]["N"])


class DynamoDbCounters(DynamoDbCounts):
    """Counts by day, type and state, to be counted up; markers lie in the idempotency table."""

    def __init__(self, client: Any, table: str, markers_table: str) -> None:
        super().__init__(client, table)
        self._markers_table = markers_table

    def add(self, chunk: Chunk, arrived_at: int) -> bool:
        """Count a chunk, unless one that arrived within the 30 days before was counted.

        Returns whether this call counted it.
        """
        expires_at = (arrived_at + REMEMBERED_FOR_MS) // SECOND_MS
        marker = {
            "Put": {
                "TableName": self._markers_table,
                "Item": to_item({"id": chunk.marker, "expires_at": expires_at}),
                # What has expired may lie there for days until it is removed.
                "ConditionExpression": "attribute_not_exists(id) OR expires_at <= :arrived",
                "ExpressionAttributeValues": {":arrived": to_attribute(arrived_at // SECOND_MS)},
            }
        }

        def items(shard: str = "") -> list[dict[str, Any]]:
            counters = [{"Update": self._addition(one, shard)} for one in chunk.counts]
            return [marker, *counters]

        try:
            write_together(
                self._client,
                items(),
                elsewhere=lambda: items(f"#{random.randrange(SHARDS)}"),  # noqa: S311
            )
        except ConditionsFailed:
            return False
        return True

    def counted(self, chunks: Collection[Chunk], now: int) -> set[str]:
        """The markers of those chunks that were counted, as far as is still known."""
        keys = [{"id": to_attribute(chunk.marker)} for chunk in chunks]
        found = read_items(self._client, self._markers_table, keys)
        return {item["id"]["S"] for item in found if int(item["expires_at"]["N"]) * SECOND_MS > now}

    def correct(self, difference: Count, seen: Tally) -> None:
        """Add a difference, which may be negative; raises Conflict if somebody else did since."""
        request = self._addition(difference, "")
        before = seen.rows.get(request["Key"]["type_state"]["S"])
        if before is None:
            request["ConditionExpression"] = "attribute_not_exists(type_state)"
        else:
            request["ConditionExpression"] = "#count = :before"
            request["ExpressionAttributeValues"][":before"] = to_attribute(before)
        with aws_failures():
            try:
                self._client.update_item(**request)
            except self._client.exceptions.ConditionalCheckFailedException as error:
                raise Conflict("The counter has changed meanwhile.") from error

    def _addition(self, one: Count, shard: str) -> dict[str, Any]:
        row = f"{one.type}#{one.state}{shard}"
        return {
            "TableName": self._table,
            "Key": to_item({"date": one.date, "type_state": row}),
            "UpdateExpression": "SET #type = :type, #state = :state ADD #count :count",
            "ExpressionAttributeNames": _NAMES,
            "ExpressionAttributeValues": to_item(
                {":type": one.type, ":state": one.state, ":count": one.count}
            ),
        }


def _added_up(day: str, rows: Iterable[tuple[str, int]]) -> Iterator[Count]:
    """What rows of a day come to, in order of type and state."""
    counted: Counter[tuple[str, str]] = Counter()
    for row, count in rows:
        type_, state = row.split("#")[:2]
        counted[type_, state] += count
    return (Count(day, *key, counted[key]) for key in sorted(counted) if counted[key])
