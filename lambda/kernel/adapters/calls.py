"""Calls of DynamoDB about many items: finished batches, whole transactions, every page."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

from kernel.aws import aws_failures
from kernel.backoff import pause
from kernel.errors import Conflict, Throttled

# DynamoDB's own limits for one call.
MOST_READ = 100
MOST_WRITTEN = 25
_ATTEMPTS = 6

_CONDITION = "ConditionalCheckFailed"
# Somebody else's transaction or write has one of the items at this moment, or it is busy.
_PASSING = {"TransactionConflict", "ThrottlingError", "ProvisionedThroughputExceeded"}


class ConditionsFailed(Conflict):
    """Nothing of a transaction was written; `failed` are the places of the items at fault."""

    def __init__(self, failed: frozenset[int]) -> None:
        super().__init__("Something was changed by someone else.")
        self.failed = failed


def in_batches(
    entries: Sequence[Any], most: int, call: Callable[[Sequence[Any]], Sequence[Any]]
) -> None:
    """Give `call` the entries in batches, and again what it returns as left over, with pauses.

    Raises Throttled when DynamoDB leaves entries over again and again.
    """
    for start in range(0, len(entries), most):
        left = entries[start : start + most]
        for attempt in range(_ATTEMPTS):
            with aws_failures():
                left = call(left)
            if not left:
                break
            pause(attempt)
        else:
            raise Throttled("The table takes no more at the moment.")


def read_items(client: Any, table: str, keys: Sequence[Any], **how: Any) -> list[Any]:
    """The items under these keys as they are at this moment, in no order."""
    found: list[Any] = []

    def read(names: Sequence[Any]) -> Sequence[Any]:
        asked = {table: {"Keys": names, "ConsistentRead": True, **how}}
        answer = client.batch_get_item(RequestItems=asked)
        found.extend(answer["Responses"].get(table, ()))
        left: Sequence[Any] = answer["UnprocessedKeys"].get(table, {}).get("Keys", ())
        return left

    in_batches(keys, MOST_READ, read)
    return found


def write_together(
    client: Any, items: Sequence[Any], elsewhere: Callable[[], Sequence[Any]] | None = None
) -> None:
    """Write up to 100 items, each `{"Put": …}` and so on: all of them, or none.

    elsewhere: gives the items for every attempt after one that others got in the way of. Raises
    ConditionsFailed, and Throttled when others keep getting in between.
    """
    for attempt in range(_ATTEMPTS):
        try:
            with aws_failures():
                client.transact_write_items(TransactItems=items)
            return
        except client.exceptions.TransactionCanceledException as error:
            codes = [reason.get("Code") for reason in error.response["CancellationReasons"]]
            failed = frozenset(n for n, code in enumerate(codes) if code == _CONDITION)
            if failed:
                raise ConditionsFailed(failed) from error
            if _PASSING.isdisjoint(codes):
                raise
        pause(attempt)
        if elsewhere is not None:
            items = elsewhere()
    raise Throttled("The tables take no more at the moment.")


def all_items(call: Callable[..., Any], request: Mapping[str, Any]) -> Iterator[Any]:
    """What a query or scan finds, over as many calls as it takes; each is made when it is due."""
    place: dict[str, Any] = {}
    while True:
        with aws_failures():
            answer = call(**{**request, **place})
        yield from answer["Items"]
        if "LastEvaluatedKey" not in answer:
            return
        place = {"ExclusiveStartKey": answer["LastEvaluatedKey"]}
