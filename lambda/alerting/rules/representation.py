"""Rules as the API shows them, and as nothing else needs them."""

from typing import Any

from alerting.rules.definition import Condition, Silence, Threshold
from alerting.rules.model import Rule
from kernel import exact_json


def rule_representation(rule: Rule) -> dict[str, Any]:
    """A rule as callers see it."""
    definition = rule.definition
    return exact_json.without_none(
        {
            "rule_id": rule.rule_id,
            "device_id": definition.device_id,
            **_condition(definition.condition),
            "cooldown": definition.cooldown_seconds,
            "severity": definition.severity,
            "enabled": definition.enabled,
            "name": definition.name,
            "description": definition.description,
            "created_at": rule.created_at,
            "updated_at": rule.updated_at,
        }
    )


def _condition(condition: Condition) -> dict[str, Any]:
    match condition:
        case Threshold(metric, operator, threshold, duration, clear):
            compared = {"metric": metric, "operator": operator, "threshold": threshold}
            return {**compared, "duration": duration, "clear_threshold": clear}
        case Silence(seconds, metric):
            return {"no_data": seconds, "metric": metric}
