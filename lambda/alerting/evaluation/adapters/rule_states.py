"""Where the rules stand, in `rule-states-{suffix}`, moved together with the alerts concerned."""

from collections.abc import Collection, Iterator, Mapping
from heapq import merge
from typing import Any

from alerting.alerts.adapters.dynamodb import amendment, resolution
from alerting.alerts.adapters.items import alert_item
from alerting.errors import StaleVersion
from alerting.evaluation.adapters.check_index import to_check, waiting
from alerting.evaluation.adapters.items import SHARDS, state_expiry, state_item, state_of
from alerting.evaluation.movement import Movement
from alerting.evaluation.ports import DeviceRule, FiredBefore, VersionedState
from kernel.adapters.calls import ConditionsFailed, all_items, read_items, write_together
from kernel.adapters.dynamodb import Item, to_attribute, to_item
from kernel.aws import aws_failures

# Items read one by one are billed for 4 KB each, a range of them for their sizes added up.
_READ_AS_A_RANGE = 3


class DynamoDbRuleStates:
    """States by device and rule."""

    def __init__(self, client: Any, table: str, alerts_table: str) -> None:
        self._client, self._table, self._alerts_table = client, table, alerts_table

    def load(self, keys: Collection[DeviceRule]) -> Mapping[DeviceRule, VersionedState]:
        """What is kept under these keys at this moment; every key has an answer."""
        by_device: dict[str, list[DeviceRule]] = {}
        for key in dict.fromkeys(keys):
            by_device.setdefault(key[0], []).append(key)
        found: dict[DeviceRule, VersionedState] = {}
        single: list[Item] = []
        for device_id, asked in by_device.items():
            if len(asked) < _READ_AS_A_RANGE:
                single += (_named(key) for key in asked)
            else:
                found.update(map(_versioned, self._of_device(device_id)))
        found.update(map(_versioned, read_items(self._client, self._table, single)))
        return {key: found.get(key, VersionedState()) for key in keys}

    def _of_device(self, device_id: str) -> Iterator[Item]:
        query = {
            "TableName": self._table,
            "KeyConditionExpression": "device_id = :device",
            "ExpressionAttributeValues": {":device": to_attribute(device_id)},
            "ConsistentRead": True,
        }
        return all_items(self._client.query, query)

    def commit(self, movement: Movement, loaded: VersionedState, now: int) -> VersionedState:
        """Keep where a movement ends, its alerts with it: all, or nothing; see RuleStates."""
        rule_id, version = movement.rule.rule_id, loaded.version + 1
        put = {
            "TableName": self._table,
            "Item": state_item(movement.device_id, rule_id, movement.state, version, now),
            **_unmoved(loaded),
        }
        if movement.changes_alerts or movement.closed:
            self._write_with_alerts(movement, {"Put": put}, now)
        else:
            self._write(put)
        return VersionedState(movement.state, version)

    def unwatch(self, key: DeviceRule, loaded: VersionedState, now: int) -> None:
        """Look no more whether the device is silent; raises StaleVersion."""
        if loaded.state is None:
            return
        request = {
            "TableName": self._table,
            "Key": _named(key),
            "UpdateExpression": "REMOVE watch_shard, check_at SET expires_at = :expiry "
            "ADD version :one",
            **_unmoved(loaded),
        }
        values = {":one": 1, ":expiry": state_expiry(now)}
        request["ExpressionAttributeValues"] |= to_item(values)
        with aws_failures():
            try:
                self._client.update_item(**request)
            except self._client.exceptions.ConditionalCheckFailedException as error:
                raise StaleVersion("The state was moved by someone else.") from error

    def to_check(self, now: int) -> Iterator[DeviceRule]:
        """States that wait for a look whether the device is silent, the longest waiting first."""
        shards = (to_check(self._client, self._table, shard, now) for shard in SHARDS)
        for item in merge(*shards, key=lambda item: int(item["check_at"]["N"])):
            yield _key_of(item)

    def watched(self, rule_id: str) -> Iterator[DeviceRule]:
        """Every state of the rule that waits for such a look, however late."""
        for shard in SHARDS:
            for item in waiting(self._client, self._table, shard, rule_id):
                yield _key_of(item)

    def _write(self, put: Mapping[str, Any]) -> None:
        with aws_failures():
            try:
                self._client.put_item(**put)
            except (
                self._client.exceptions.ConditionalCheckFailedException,
                # Somebody's transaction has it at this moment.
                self._client.exceptions.TransactionConflictException,
            ) as error:
                raise StaleVersion("The state was moved by someone else.") from error

    def _write_with_alerts(self, movement: Movement, put: dict[str, Any], now: int) -> None:
        absent = {"ConditionExpression": "attribute_not_exists(alert_id)"}
        new = {
            alert_id: {
                "Put": {"TableName": self._alerts_table, "Item": alert_item(alert, now), **absent}
            }
            for alert_id, alert in movement.fired.items()
        }
        before = 1 + len(new)
        ended = [
            *(
                {"Update": amendment(self._alerts_table, alert_id, ending, movement.rule.revision)}
                for alert_id, ending in movement.amended.items()
            ),
            *(
                {"Update": resolution(self._alerts_table, alert_id, moment)}
                for alert_id, moment in movement.closed.items()
            ),
        ]
        while True:
            try:
                write_together(self._client, [put, *new.values(), *ended])
                return
            except ConditionsFailed as error:
                if 0 in error.failed:
                    raise StaleVersion("The state was moved by someone else.") from error
                there = [
                    alert_id for place, alert_id in enumerate(new, start=1) if place in error.failed
                ]
                if there:
                    raise FiredBefore(there) from error
                # The others have expired, or had ended already.
                ended = [
                    one
                    for place, one in enumerate(ended, start=before)
                    if place not in error.failed
                ]


def _versioned(item: Item) -> tuple[DeviceRule, VersionedState]:
    return _key_of(item), VersionedState(state_of(item), int(item["version"]["N"]))


def _unmoved(loaded: VersionedState) -> dict[str, Any]:
    if loaded.version == 0:
        return {"ConditionExpression": "attribute_not_exists(device_id)"}
    return {
        "ConditionExpression": "version = :version",
        "ExpressionAttributeValues": {":version": to_attribute(loaded.version)},
    }


def _named(key: DeviceRule) -> Item:
    return to_item({"device_id": key[0], "rule_id": key[1]})


def _key_of(item: Item) -> DeviceRule:
    return item["device_id"]["S"], item["rule_id"]["S"]
