"""Rules, states and alerts as DynamoDB items, readable with any tool."""

from collections.abc import Mapping
from typing import Any
from zlib import crc32

from alerting.model import (
    ALERTS_KEPT_MS,
    Alert,
    Condition,
    Rule,
    RuleDefinition,
    Silence,
    Threshold,
)
from alerting.rule_state import RuleState
from kernel.adapters.dynamodb import Item, from_attribute, to_attribute
from kernel.clock import DAY_MS, SECOND_MS
from telemetry.model import Position

# Longer than any rule waits, and than any reading that is evaluated is old.
_STATES_KEPT_MS = 90 * DAY_MS
# States that wait for a look are spread, so that no partition of their index grows hot.
SHARDS = tuple("0123456789abcdef")


def to_item(values: Mapping[str, Any]) -> Item:
    """Values as attributes; those that are None are left out."""
    return {name: to_attribute(value) for name, value in values.items() if value is not None}


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
    values = _values(item)
    definition = RuleDefinition(
        device_id=values["device_id"],
        condition=_condition_of(values),
        severity=values["severity"],
        cooldown_seconds=int(values["cooldown"]),
        enabled=values["enabled"],
        name=values.get("name"),
        description=values.get("description"),
    )
    moments = {name: int(values[name]) for name in ("created_at", "updated_at", "effective_at")}
    return Rule(values["rule_id"], definition, **moments)


def state_item(device_id: str, rule_id: str, state: RuleState, version: int, now: int) -> Item:
    """A state as the table `rule-states-{suffix}` holds it."""
    position = state.position
    return to_item(
        {
            "device_id": device_id,
            "rule_id": rule_id,
            "version": version,
            "revision": state.revision,
            "position_at": position.timestamp if position else None,
            "position_digest": position.digest if position else None,
            "holding_since": state.holding_since,
            "fired_at": state.fired_at,
            "open_alert": state.open_alert,
            "check_at": state.check_at,
            "watch_shard": None if state.check_at is None else _shard_of(device_id),
            "expires_at": (now + _STATES_KEPT_MS) // SECOND_MS,
        }
    )


def state_of(item: Item) -> RuleState:
    """The state of an item."""
    values = _values(item)
    position = None
    if "position_at" in values:
        position = Position(int(values["position_at"]), values["position_digest"])
    return RuleState(
        revision=values["revision"],
        position=position,
        holding_since=_moment(values, "holding_since"),
        fired_at=_moment(values, "fired_at"),
        open_alert=values.get("open_alert"),
        check_at=_moment(values, "check_at"),
    )


def alert_position(alert: Alert) -> str:
    """An alert's place among all: when it fired, then its id."""
    return f"{alert.fired_at:013d}#{alert.alert_id}"


def alert_item(alert: Alert, now: int) -> Item:
    """A new alert as the table `triggered-alerts-{suffix}` holds it."""
    return to_item(
        {
            **alert.described(),
            **alert.condition.described(),
            "rule_revision": alert.rule_revision,
            "fired_key": alert_position(alert),
            "kept_at": now,
            # Taken away once people were told.
            "unannounced": "yes",
            "expires_at": (alert.fired_at + ALERTS_KEPT_MS) // SECOND_MS,
        }
    )


def alert_of(item: Item) -> Alert:
    """The alert of an item."""
    values = _values(item)
    return Alert(
        alert_id=values["alert_id"],
        rule_id=values["rule_id"],
        rule_name=values.get("rule_name"),
        rule_revision=values["rule_revision"],
        device_id=values["device_id"],
        severity=values["severity"],
        condition=_condition_of(values),
        fired_at=int(values["fired_at"]),
        actual_value=values.get("actual_value"),
        last_reading_at=_moment(values, "last_reading_at"),
        resolved_at=_moment(values, "resolved_at"),
    )


def _condition_of(values: Mapping[str, Any]) -> Condition:
    if "no_data" in values:
        return Silence(int(values["no_data"]), values.get("metric"))
    return Threshold(
        metric=values["metric"],
        operator=values["operator"],
        threshold=values["threshold"],
        duration_seconds=int(values["duration"]),
        clear_threshold=values.get("clear_threshold"),
    )


def _values(item: Item) -> dict[str, Any]:
    return {name: from_attribute(attribute) for name, attribute in item.items()}


def _moment(values: Mapping[str, Any], name: str) -> int | None:
    return int(values[name]) if name in values else None


def _shard_of(device_id: str) -> str:
    return SHARDS[crc32(device_id.encode()) % len(SHARDS)]
