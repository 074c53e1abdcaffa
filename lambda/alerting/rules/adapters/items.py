"""Rules as DynamoDB items, readable with any tool."""

from collections.abc import Mapping
from typing import Any

from alerting.rules.definition import Condition, RuleDefinition, Silence, Threshold
from alerting.rules.model import Rule
from kernel.adapters.dynamodb import Item, to_item, values_of


def rule_item(rule: Rule) -> Item:
    """A rule as the table `alert-rules-{suffix}` holds it."""
    return to_item(
        {
            **rule.described(),
            "created_key": f"{rule.created_at:013d}#{rule.rule_id}",
            "effective_at": rule.effective_at,
            "revision": rule.revision,
        }
    )


def rule_of(item: Item) -> Rule:
    """The rule of an item."""
    values = values_of(item)
    definition = RuleDefinition(
        device_id=values["device_id"],
        condition=condition_of(values),
        severity=values["severity"],
        cooldown_seconds=int(values["cooldown"]),
        enabled=values["enabled"],
        name=values.get("name"),
        description=values.get("description"),
    )
    moments = {name: int(values[name]) for name in ("created_at", "updated_at", "effective_at")}
    return Rule(values["rule_id"], definition, **moments)


def condition_of(values: Mapping[str, Any]) -> Condition:
    if "no_data" in values:
        return Silence(int(values["no_data"]), values.get("metric"))
    return Threshold(
        metric=values["metric"],
        operator=values["operator"],
        threshold=values["threshold"],
        duration_seconds=int(values["duration"]),
        clear_threshold=values.get("clear_threshold"),
    )
