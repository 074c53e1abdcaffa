"""What AWS bills for the requests of a DynamoDB client: units of on-demand tables.

https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/read-write-operations.html
"""

import json
from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from typing import Any

from bench.units import Item, item_bytes, read_units, write_units

# The names in an index's key, and those of all that it shows, unless it shows everything.
Index = tuple[list[str], set[str] | None]


class Meter:
    """The requests of a DynamoDB client by operation, and their units by operation and table.

    observer: a client that looks at items and is not metered.
    """

    def __init__(self, client: Any, observer: Any) -> None:
        self.requests: Counter[str] = Counter()
        self.read: defaultdict[tuple[str, str], float] = defaultdict(float)
        self.written: defaultdict[tuple[str, str], int] = defaultdict(int)
        self._observer = observer
        self._tables: dict[str, tuple[list[str], dict[str, Index]]] = {}
        client.meta.events.register("before-call.dynamodb", self._before)
        client.meta.events.register("after-call.dynamodb", self._after)

    def _before(self, model: Any, params: Any, context: Any, **_more: Any) -> None:
        request = json.loads(params["body"])
        places = self._written_by(model.name, request)
        context["metered"] = request, [(*place, self._item(*place)) for place in places]

    def _after(self, model: Any, context: Any, parsed: Any, **_more: Any) -> None:
        request, written = context["metered"]
        operation = model.name
        self.requests[operation] += 1
        if operation == "GetItem":
            self._bill_single(operation, request["TableName"], request, [request["Key"]])
        elif operation == "BatchGetItem":
            for table, asked in request["RequestItems"].items():
                self._bill_single(operation, table, asked, asked["Keys"])
        elif operation == "Query":
            size = self._bytes_looked_at(request, parsed["ScannedCount"])
            self.read[operation, request["TableName"]] += read_units(
                size, consistent=bool(request.get("ConsistentRead"))
            )
        times = 2 if operation == "TransactWriteItems" else 1
        for table, key, before in written:
            after = self._item(table, key)
            units = times * write_units(before, after) + self._index_units(table, before, after)
            self.written[operation, table] += units

    def _written_by(self, operation: str, request: Any) -> list[tuple[str, Item]]:
        """Table and key of every item written, or checked among writes: billed the same."""
        if operation in ("GetItem", "BatchGetItem", "Query"):
            return []
        if operation == "TransactWriteItems":
            writes = [write for entry in request["TransactItems"] for write in entry.values()]
        elif operation in ("PutItem", "UpdateItem"):
            writes = [request]
        else:
            raise NotImplementedError(f"{operation} is not billed")
        return [(write["TableName"], self._key_in(write)) for write in writes]

    def _key_in(self, write: Any) -> Item:
        names, _ = self._described(write["TableName"])
        named = write.get("Key") or write["Item"]
        return {name: named[name] for name in names}

    def _bill_single(self, operation: str, table: str, asked: Any, keys: Sequence[Item]) -> None:
        for key in keys:
            size = item_bytes(self._item(table, key) or {})
            self.read[operation, table] += read_units(
                size, consistent=bool(asked.get("ConsistentRead"))
            )

    def _bytes_looked_at(self, request: Any, expected: int) -> int:
        """What a query reads before it filters."""
        condition = request["KeyConditionExpression"]
        left_out = {"FilterExpression", "ExpressionAttributeNames", "ExpressionAttributeValues"}
        query = {name: value for name, value in request.items() if name not in left_out}
        for part in ("ExpressionAttributeNames", "ExpressionAttributeValues"):
            if used := {n: value for n, value in request.get(part, {}).items() if n in condition}:
                query[part] = used
        items = self._observer.query(**query)["Items"]
        if len(items) != expected:
            raise RuntimeError(f"The query looked at {expected} items, not at {len(items)}.")
        return sum(map(item_bytes, items))

    def _index_units(self, table: str, before: Item | None, after: Item | None) -> int:
        """An entry of an index that changes is written; one whose key changes moves: two writes."""
        _, indexes = self._described(table)
        units = 0
        for keys, shown in indexes.values():
            was, becomes = (_entry(item, keys, shown) for item in (before, after))
            if was == becomes:
                continue
            if was and becomes and any(was[key] != becomes[key] for key in keys):
                units += write_units(was, None) + write_units(becomes, None)
            else:
                units += write_units(was, becomes)
        return units

    def _item(self, table: str, key: Item) -> Item | None:
        found = self._observer.get_item(TableName=table, Key=key, ConsistentRead=True)
        item: Item | None = found.get("Item")
        return item

    def _described(self, table: str) -> tuple[list[str], dict[str, Index]]:
        """The names in the table's key, and its indexes."""
        if table not in self._tables:
            told = self._observer.describe_table(TableName=table)["Table"]
            names, indexes = _names(told["KeySchema"]), dict[str, Index]()
            for one in told.get("GlobalSecondaryIndexes", ()):
                keys = _names(one["KeySchema"])
                keys_only = one["Projection"]["ProjectionType"] == "KEYS_ONLY"
                indexes[one["IndexName"]] = keys, {*keys, *names} if keys_only else None
            self._tables[table] = names, indexes
        return self._tables[table]


def _names(schema: Sequence[Mapping[str, str]]) -> list[str]:
    return [part["AttributeName"] for part in schema]


def _entry(item: Item | None, keys: Sequence[str], shown: set[str] | None) -> Item | None:
    if item is None or any(key not in item for key in keys):
        return None
    return item if shown is None else {name: item[name] for name in item if name in shown}
