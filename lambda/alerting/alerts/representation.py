"""Alerts as the API shows them."""

from typing import Any

from alerting.alerts.model import Alert
from alerting.rules.definition import Condition, Silence, Threshold
from kernel import exact_json


def alert_representation(alert: Alert) -> dict[str, Any]:
    """An alert as callers see it."""
    return exact_json.without_none(
        {
            "alert_id": alert.alert_id,
            "rule_id": alert.rule_id,
            "rule_name": alert.rule_name,
            "device_id": alert.device_id,
            **_cause(alert.condition),
            "actual_value": alert.actual_value,
            "last_reading_at": alert.last_reading_at,
            "severity": alert.severity,
            "status": alert.status,
            "fired_at": alert.fired_at,
            "resolved_at": alert.resolved_at,
            "contradicted_at": alert.contradicted_at,
        }
    )


def _cause(condition: Condition) -> dict[str, Any]:
    match condition:
        case Threshold(metric, operator, threshold):
            return {"metric": metric, "operator": operator, "threshold": threshold}
        case Silence(seconds, metric):
            return {"metric": metric, "no_data": seconds}
