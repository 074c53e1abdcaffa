"""Alerts as DynamoDB items, readable with any tool."""

from alerting.alerts.model import ALERTS_KEPT_MS, Alert
from alerting.rules.adapters.items import condition_of, condition_values
from kernel.adapters.dynamodb import Item, moment_in, to_item, values_of
from kernel.clock import SECOND_MS

# The attribute that an alert has until it is published, and the index of those that have it. Both
# were named before the pattern was: what is stored keeps its name.
OUTBOX = "unannounced"


def alert_position(alert: Alert) -> str:
    """An alert's place among all: when it fired, then its id."""
    return f"{alert.fired_at:013d}#{alert.alert_id}"


def alert_item(alert: Alert, now: int) -> Item:
    """A new alert as the table `triggered-alerts-{suffix}` holds it."""
    return to_item(
        {
            "alert_id": alert.alert_id,
            "rule_id": alert.rule_id,
            "rule_name": alert.rule_name,
            "device_id": alert.device_id,
            **condition_values(alert.condition),
            "actual_value": alert.actual_value,
            "last_reading_at": alert.last_reading_at,
            "severity": alert.severity,
            "status": alert.status,
            "fired_at": alert.fired_at,
            "resolved_at": alert.resolved_at,
            "contradicted_at": alert.contradicted_at,
            "rule_revision": alert.rule_revision,
            "fired_key": alert_position(alert),
            "kept_at": now,
            OUTBOX: "yes",
            "expires_at": (alert.fired_at + ALERTS_KEPT_MS) // SECOND_MS,
        }
    )


def alert_of(item: Item) -> Alert:
    """The alert of an item."""
    values = values_of(item)
    return Alert(
        alert_id=values["alert_id"],
        rule_id=values["rule_id"],
        rule_name=values.get("rule_name"),
        rule_revision=values["rule_revision"],
        device_id=values["device_id"],
        severity=values["severity"],
        condition=condition_of(values),
        fired_at=int(values["fired_at"]),
        actual_value=values.get("actual_value"),
        last_reading_at=moment_in(values, "last_reading_at"),
        resolved_at=moment_in(values, "resolved_at"),
        contradicted_at=moment_in(values, "contradicted_at"),
    )
