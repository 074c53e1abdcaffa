"""Rules as DynamoDB items, readable with any tool."""

from collections.abc import Mapping
from typing import Any

from alerting.rules.definition import Condition, RuleDefinition, Silence, Threshold
from alerting.rules.model import Rule
from kernel.adapters.dynamodb import Item, to_item, values_of


def rule_item(rule: Rule) -> Item:
    """A rule as the table `alert-rules-{suffix}` holds it."""
    definition = rule.definition
    return to_item(
        {
            "rule_id": rule.rule_id,
            "device_id": definition.device_id,
            **condition_values(definition.condition),
            "cooldown": definition.cooldown_seconds,
            "severity": definition.severity,
            "enabled": definition.enabled,
            "name": definition.name,
            "description": definition.description,
            "created_at": rule.created_at,
            "updated_at": rule.updated_at,
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


def condition_values(condition: Condition) -> dict[str, Any]:
    """A condition as attributes of a rule, or of an alert; None for what it does not say."""
    if isinstance(condition, Silence):
        return {"no_data": condition.seconds, "metric": condition.metric}
    return {
        "metric": condition.metric,
        "operator": condition.operator,
        "threshold": condition.threshold,
        "duration": condition.duration_seconds,
        "clear_threshold": condition.clear_threshold,
    }


def condition_of(values: Mapping[str, Any]) -> Condition:
    """The condition that such attributes say."""
    if "no_data" in values:
        return Silence(int(values["no_data"]), values.get("metric"))
    return Threshold(
        metric=values["metric"],
        operator=values["operator"],
        threshold=values["threshold"],
        duration_seconds=int(values["duration"]),
        clear_threshold=values.get("clear_threshold"),
    )
