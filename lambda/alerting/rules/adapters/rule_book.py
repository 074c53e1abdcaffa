"""Rules in `alert-rules-{suffix}`; every change goes with its consequences still to be drawn."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from alerting.errors import StaleVersion
from alerting.rules.adapters.change_outbox import OUTBOX_PARTITION, OUTBOX_SHARD
from alerting.rules.adapters.items import rule_item, rule_of
from alerting.rules.model import Rule
from alerting.rules.ports import CacheVersion, RuleChange
from kernel.adapters.calls import ConditionsFailed, all_items, read_items, write_together
from kernel.adapters.dynamodb import Item, to_attribute, to_item, values_of
from kernel.aws import aws_failures

BY_DEVICE = "by-device"
# The item that counts changes lies among the rules, under an id that none of them has.
_CACHE_VERSION_KEY = {"rule_id": {"S": "*"}}


class DynamoDbRules:
    """The rules as evaluation needs them."""

    def __init__(self, client: Any, table: str, states_table: str) -> None:
        self._client, self._table, self._states_table = client, table, states_table

    def cache_version(self) -> CacheVersion:
        """The present version, whoever changed a rule last."""
        counted = values_of(self._item(_CACHE_VERSION_KEY) or {})
        return CacheVersion(*(int(counted.get(name, 0)) for name in ("changes", "changed_at")))

    def of_device(self, device_id: str) -> Sequence[Rule]:
        """The rules made for exactly this device, or for `*`; seconds behind at most."""
        return [rule_of(item) for item in self._of_device(device_id, None)]

    def changed_lately(self) -> Mapping[str, Rule | None]:
        """The rules whose changes nobody followed up yet, by id, as they are at this moment."""
        query = {
            "TableName": self._states_table,
            "KeyConditionExpression": "device_id = :none",
            "FilterExpression": "attribute_not_exists(drawn)",
            "ExpressionAttributeValues": {":none": to_attribute(OUTBOX_PARTITION)},
            "ConsistentRead": True,
        }
        changed = [item["rule_id"]["S"] for item in all_items(self._client.query, query)]
        keys = [to_item({"rule_id": one}) for one in changed]
        rules = map(rule_of, read_items(self._client, self._table, keys))
        return {**dict.fromkeys(changed), **{rule.rule_id: rule for rule in rules}}

    def get(self, rule_id: str) -> Rule | None:
        """The rule as it is at this moment."""
        key = {"rule_id": to_attribute(rule_id)}
        item = self._item(key) if key != _CACHE_VERSION_KEY else None
        return None if item is None else rule_of(item)

    def _item(self, key: Item) -> Item | None:
        with aws_failures():
            answer = self._client.get_item(TableName=self._table, Key=key, ConsistentRead=True)
        item: Item | None = answer.get("Item")
        return item

    def _of_device(self, device_id: str, after: str | None) -> Iterator[Item]:
        query = {
            "TableName": self._table,
            "IndexName": BY_DEVICE,
            "KeyConditionExpression": "device_id = :device AND created_key > :after",
            # A space comes before every digit.
            "ExpressionAttributeValues": to_item({":device": device_id, ":after": after or " "}),
        }
        return all_items(self._client.query, query)


class DynamoDbRuleBook(DynamoDbRules):
    """The rules, and how they are changed."""

    def create(self, rule: Rule) -> Rule:
        """Keep a new rule; returns the one that has its id already, if there is one."""
        put = {
            "TableName": self._table,
            "Item": rule_item(rule),
            "ConditionExpression": "attribute_not_exists(rule_id)",
        }
        try:
            self._change({"Put": put}, rule.rule_id, rule.updated_at)
        except StaleVersion:
            present = self.get(rule.rule_id)
            if present is None:
                raise
            return present
        return rule

    def replace(self, rule: Rule, present: Rule) -> None:
        """Keep the rule in place of the present one; raises StaleVersion if that has changed."""
        put = {"TableName": self._table, "Item": rule_item(rule), **_unchanged(present)}
        self._change({"Put": put}, rule.rule_id, rule.updated_at)

    def delete(self, present: Rule, now: int) -> None:
        """Remove the rule; raises StaleVersion if it is another by now."""
        key = {"rule_id": to_attribute(present.rule_id)}
        self._change(
            {"Delete": {"TableName": self._table, "Key": key, **_unchanged(present)}},
            present.rule_id,
            now,
        )

    def listed(self, device_id: str | None, after: str | None) -> Iterator[tuple[str, Rule]]:
        """The rules of one device or all, each with its position; see RuleBook."""
        if device_id is None:
            items, place = self._everything(after), "rule_id"
        else:
            items, place = self._of_device(device_id, after), "created_key"
        for item in items:
            yield item[place]["S"], rule_of(item)

    def _everything(self, after: str | None) -> Iterator[Item]:
        scan: dict[str, Any] = {
            "TableName": self._table,
            "FilterExpression": "attribute_exists(created_key)",
        }
        if after is not None:
            scan["ExclusiveStartKey"] = {"rule_id": to_attribute(after)}
        return all_items(self._client.scan, scan)

    def _change(self, write: dict[str, Any], rule_id: str, now: int) -> None:
        count = {
            "TableName": self._table,
            "Key": _CACHE_VERSION_KEY,
            "UpdateExpression": "ADD changes :one SET changed_at = :now",
            "ExpressionAttributeValues": to_item({":one": 1, ":now": now}),
        }
        change = {
            "device_id": OUTBOX_PARTITION,
            "rule_id": rule_id,
            "watch_shard": OUTBOX_SHARD,
            "check_at": RuleChange(rule_id, now).due,
        }
        follow_up = {"Put": {"TableName": self._states_table, "Item": to_item(change)}}
        try:
            write_together(self._client, [write, {"Update": count}, follow_up])
        except ConditionsFailed as error:
            raise StaleVersion("The rule was changed by someone else.") from error


def _unchanged(present: Rule) -> dict[str, Any]:
    return {
        "ConditionExpression": "revision = :revision AND updated_at = :updated_at",
        "ExpressionAttributeValues": to_item(
            {":revision": present.revision, ":updated_at": present.updated_at}
        ),
    }
