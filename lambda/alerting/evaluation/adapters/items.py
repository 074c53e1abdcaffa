"""Rule states as DynamoDB items, readable with any tool."""

from collections.abc import Mapping
from typing import Any
from zlib import crc32

from alerting.evaluation.state import OpenSilence, RuleState, Unsettled
from alerting.evaluation.timeline import BEGINNING, Checkpoint, Snapshot, Timeline
from kernel import exact_json
from kernel.adapters.dynamodb import Item, moment_in, to_item, values_of
from kernel.clock import DAY_MS, SECOND_MS
from readings.model import Position

# Longer than any rule waits, and than any reading that is evaluated is old.
_STATES_KEPT_MS = 90 * DAY_MS
# States that wait for a look are spread, so that no partition of their index grows hot.
SHARDS = tuple("0123456789abcdef")
# Whoever read this attribute before knew the field under this name: what is stored keeps it.
_FIRED_UNTIL = "told_until"


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
            _FIRED_UNTIL: _position_values(unsettled.fired_until) if unsettled else None,
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
    values = values_of(item)
    if "checkpoints" not in values:
        return _state_of_0_1_0(values)
    unsettled = silence = None
    if "unsettled_since" in values:
        places = _position_of(values["unsettled_since"]), _position_of(values[_FIRED_UNTIL])
        unsettled = Unsettled(*places)
    if "silence_alert" in values:
        silence = OpenSilence(values["silence_alert"], int(values["silence_fired_at"]))
    return RuleState(
        revision=values["revision"],
        timeline=Timeline(tuple(_checkpoint_of(one) for one in values["checkpoints"])),
        unsettled=unsettled,
        silence=silence,
        check_at=moment_in(values, "check_at"),
        longest_ms=moment_in(values, "longest_ms") or 0,
    )


def _state_of_0_1_0(values: Mapping[str, Any]) -> RuleState:
    """A state as version 0.1.0 kept it: one position, and one form for every kind of rule."""
    position, heard_at = BEGINNING, None
    if "position_at" in values:
        heard_at = int(values["position_at"])
        position = Position(heard_at, values["position_digest"])
    snapshot = Snapshot(
        holding_since=moment_in(values, "holding_since"),
        open_alert=values.get("open_alert"),
        fired_at=moment_in(values, "fired_at"),
        watched=True,
        heard_at=heard_at,
    )
    timeline = Timeline((Checkpoint(position, snapshot),))
    return RuleState(values["revision"], timeline, check_at=moment_in(values, "check_at"))


def _checkpoint_values(checkpoint: Checkpoint) -> dict[str, Any]:
    snapshot = checkpoint.snapshot
    return exact_json.without_none(
        {
            **_position_values(checkpoint.position),
            "opaque": checkpoint.opaque or None,
            "holding_since": snapshot.holding_since,
            "open_alert": snapshot.open_alert,
            "fired_at": snapshot.fired_at,
            "watched": snapshot.watched or None,
            "heard_at": snapshot.heard_at,
        }
    )


def _checkpoint_of(values: Mapping[str, Any]) -> Checkpoint:
    snapshot = Snapshot(
        holding_since=moment_in(values, "holding_since"),
        open_alert=values.get("open_alert"),
        fired_at=moment_in(values, "fired_at"),
        watched=values.get("watched", False),
        heard_at=moment_in(values, "heard_at"),
    )
    return Checkpoint(_position_of(values), snapshot, values.get("opaque", False))


def _position_values(position: Position) -> dict[str, Any]:
    return {"at": position.timestamp, "digest": position.digest}


def _position_of(values: Mapping[str, Any]) -> Position:
    return Position(int(values["at"]), values["digest"])


def _shard_of(device_id: str) -> str:
    return SHARDS[crc32(device_id.encode()) % len(SHARDS)]
