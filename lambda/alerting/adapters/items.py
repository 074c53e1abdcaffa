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
from alerting.rule_state import OpenSilence, RuleState, Unsettled
from alerting.timeline import BEGINNING, Checkpoint, Standing, Timeline
from kernel.adapters.dynamodb import Item, from_attribute, to_attribute
from kernel.clock import DAY_MS, SECOND_MS
from readings.model import Position

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
    unsettled, silence = state.unsettled, state.silence
    return to_item(
        {
            "device_id": device_id,
            "rule_id": rule_id,
            "version": version,
            "revision": state.revision,
            "checkpoints": [_checkpoint_values(one) for one in state.timeline.checkpoints],
            "unsettled_since": _position_values(unsettled.since) if unsettled else None,
            "told_until": _position_values(unsettled.told_until) if unsettled else None,
            "silence_alert": silence.alert_id if silence else None,
            "silence_fired_at": silence.fired_at if silence else None,
            "longest_ms": state.longest_ms or None,
            "check_at": state.check_at,
            "watch_shard": None if state.check_at is None else _shard_of(device_id),
            # What waits, or has an alert that is open, must not begin anew however long it lasts.
            "expires_at": None if state.is_in_force else state_expiry(now),
        }
    )


def state_expiry(now: int) -> int:
    """When a state that nobody writes again is removed, in s since the epoch."""
    return (now + _STATES_KEPT_MS) // SECOND_MS


def state_of(item: Item) -> RuleState:
    """The state of an item."""
    values = _values(item)
    if "checkpoints" not in values:
        return _state_of_0_1_0(values)
    unsettled = silence = None
    if "unsettled_since" in values:
        places = _position_of(values["unsettled_since"]), _position_of(values["told_until"])
        unsettled = Unsettled(*places)
    if "silence_alert" in values:
        silence = OpenSilence(values["silence_alert"], int(values["silence_fired_at"]))
    return RuleState(
        revision=values["revision"],
        timeline=Timeline(tuple(_checkpoint_of(one) for one in values["checkpoints"])),
        unsettled=unsettled,
        silence=silence,
        check_at=_moment(values, "check_at"),
        longest_ms=_moment(values, "longest_ms") or 0,
    )


def _state_of_0_1_0(values: Mapping[str, Any]) -> RuleState:
    """A state as version 0.1.0 kept it: one position, and one form for every kind of rule."""
    position, heard_at = BEGINNING, None
    if "position_at" in values:
        heard_at = int(values["position_at"])
        position = Position(heard_at, values["position_digest"])
    standing = Standing(
        holding_since=_moment(values, "holding_since"),
        open_alert=values.get("open_alert"),
        fired_at=_moment(values, "fired_at"),
        watched=True,
        heard_at=heard_at,
    )
    timeline = Timeline((Checkpoint(position, standing),))
    return RuleState(values["revision"], timeline, check_at=_moment(values, "check_at"))


def _checkpoint_values(checkpoint: Checkpoint) -> dict[str, Any]:
    standing = checkpoint.standing
    values = {
        **_position_values(checkpoint.position),
        "opaque": checkpoint.opaque or None,
        "holding_since": standing.holding_since,
        "open_alert": standing.open_alert,
        "fired_at": standing.fired_at,
        "watched": standing.watched or None,
        "heard_at": standing.heard_at,
    }
    return {name: value for name, value in values.items() if value is not None}


def _checkpoint_of(values: Mapping[str, Any]) -> Checkpoint:
    standing = Standing(
        holding_since=_moment(values, "holding_since"),
        open_alert=values.get("open_alert"),
        fired_at=_moment(values, "fired_at"),
        watched=values.get("watched", False),
        heard_at=_moment(values, "heard_at"),
    )
    return Checkpoint(_position_of(values), standing, values.get("opaque", False))


def _position_values(position: Position) -> dict[str, Any]:
    return {"at": position.timestamp, "digest": position.digest}


def _position_of(values: Mapping[str, Any]) -> Position:
    return Position(int(values["at"]), values["digest"])


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
        contradicted_at=_moment(values, "contradicted_at"),
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
