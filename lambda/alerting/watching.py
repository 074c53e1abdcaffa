"""What one rule makes of one device's readings, reading by reading: the plain fold."""

from collections.abc import Iterable, Iterator
from dataclasses import replace
from typing import Protocol

from alerting.model import EVERY_DEVICE, Alert, Rule, Silence, Threshold, alert_id_of
from alerting.timeline import BEGINNING, Checkpoint, Standing
from kernel.clock import MINUTE_MS, SECOND_MS
from readings.model import Position, Reading

# A silent device is known to have spoken up to this long before it fell silent, or half the
# silence: the rest is read from the store. So readings are not written down one by one.
_HEARD_AGAIN_AFTER_MS = 5 * MINUTE_MS


class Watch(Protocol):
    """A rule's condition, applied to one device."""

    def concerns(self, reading: Reading) -> bool:
        """Whether the reading says anything about the condition."""

    def after(self, standing: Standing, reading: Reading) -> Standing:
        """Where the rule stands after the reading that comes next."""

    def fired(self, before: Standing, after: Standing, reading: Reading) -> Alert | None:
        """The alert of that step; of a silence, ended by the reading."""

    def changes(self, base: Checkpoint, following: Checkpoint | None, reading: Reading) -> bool:
        """Whether a reading between two checkpoints changes anything that comes after it.

        It is None where the second one is still to come. The answer is never wrongly no.
        """

    def reads_from(self, base: Checkpoint, start: Position) -> Position:
        """From where the store must be read to tell anew what follows a checkpoint.

        start: what comes before it is told already.
        """

    def note(self, checkpoints: list[Checkpoint], reached: Checkpoint) -> None:
        """Add a checkpoint if there is need of it."""

    def candidate(self, standing: Standing, reading: Reading) -> str | None:
        """The id of the alert that this step could have fired, had other readings been there."""

    def candidates(self, base: Standing, readings: Iterable[Reading]) -> Iterator[str]:
        """The ids of all alerts that any of these readings, not knowing the others, could fire."""

    def contradicted_at(
        self, standing: Standing, reading: Reading, interrupted_at: int | None
    ) -> int:
        """When that was which kept this step from firing its candidate, in ms.

        interrupted_at: when the condition did last not hold, if that is known.
        """


class ThresholdWatch:
    """A metric compared with a value."""

    def __init__(self, rule: Rule, device_id: str, threshold: Threshold) -> None:
        self._rule, self._device_id, self._threshold = rule, device_id, threshold

    def concerns(self, reading: Reading) -> bool:
        """Whether the reading has the metric, and its value is of the threshold's kind."""
        return self._threshold.value_in(reading) is not None

    def after(self, standing: Standing, reading: Reading) -> Standing:
        """Where the rule stands after the reading that comes next."""
        if standing.open_alert is not None:
            if self._holds(reading, alert_open=True):
                return standing
            return replace(standing, open_alert=None, holding_since=None)
        if not self._holds(reading, alert_open=False):
            return replace(standing, holding_since=None)
        moment, duration_ms = reading.timestamp, self._threshold.duration_seconds * SECOND_MS
        since = moment if standing.holding_since is None else standing.holding_since
        if moment - since >= duration_ms and moment >= _cooled_at(self._rule, standing):
            return replace(
                standing, open_alert=self._id_of(reading), fired_at=moment, holding_since=None
            )
        # Without a duration it does not matter since when.
        return replace(standing, holding_since=since if duration_ms else None)

    def fired(self, before: Standing, after: Standing, reading: Reading) -> Alert | None:
        """The alert that the reading fired."""
        if after.open_alert is None or after.open_alert == before.open_alert:
            return None
        alert = _alert(self._rule, self._device_id, after.open_alert, reading.timestamp)
        return replace(alert, actual_value=self._threshold.value_in(reading))

    def changes(self, base: Checkpoint, _following: Checkpoint | None, reading: Reading) -> bool:
        """Whether a reading between two checkpoints changes anything that comes after it."""
        return base.opaque or self.after(base.standing, reading) != base.standing

    def reads_from(self, base: Checkpoint, start: Position) -> Position:
        """From where the store must be read to tell anew what follows a checkpoint."""
        return base.position if base.opaque else start

    def note(self, checkpoints: list[Checkpoint], reached: Checkpoint) -> None:
        """Add a checkpoint where the rule stands otherwise than before."""
        if reached.standing != checkpoints[-1].standing:
            checkpoints.append(reached)

    def candidate(self, _standing: Standing, reading: Reading) -> str | None:
        """The id of the alert that the reading could have fired."""
        return self._id_of(reading) if self._holds(reading, alert_open=False) else None

    def candidates(self, _base: Standing, readings: Iterable[Reading]) -> Iterator[str]:
        """The ids of all alerts that any of these readings could fire."""
        for reading in readings:
            if self.concerns(reading) and self._holds(reading, alert_open=False):
                yield self._id_of(reading)

    def contradicted_at(
        self, standing: Standing, reading: Reading, interrupted_at: int | None
    ) -> int:
        """When the reading was that fired an earlier alert, or interrupted the condition."""
        overtaken = standing.open_alert is not None
        if standing.fired_at is not None and (
            overtaken or reading.timestamp < _cooled_at(self._rule, standing)
        ):
            return standing.fired_at
        return reading.timestamp if interrupted_at is None else interrupted_at

    def _holds(self, reading: Reading, *, alert_open: bool) -> bool:
        value = self._threshold.value_in(reading)
        return value is not None and self._threshold.holds(value, alert_open=alert_open)

    def _id_of(self, reading: Reading) -> str:
        return alert_id_of(
            self._rule, self._device_id, ["reading", reading.timestamp, reading.digest]
        )


class SilenceWatch:
    """Gaps between readings; the one that is still open ends with the clock."""

    def __init__(self, rule: Rule, device_id: str, silence: Silence) -> None:
        self._rule, self._device_id, self._silence = rule, device_id, silence
        self._heard_again_after_ms = min(silence.limit_ms // 2, _HEARD_AGAIN_AFTER_MS)

    def concerns(self, reading: Reading) -> bool:
        """Whether the reading is one that was waited for."""
        return self._silence.is_broken_by(reading)

    def due(self, standing: Standing) -> int | None:
        """When the silence after what was heard becomes an alert; None if it is not watched."""
        since = self._silent_since(standing)
        if since is None:
            return None
        return max(since + self._silence.limit_ms, _cooled_at(self._rule, standing))

    def after(self, standing: Standing, reading: Reading) -> Standing:
        """Where the rule stands after the reading that comes next."""
        due = self.due(standing)
        fired_at = standing.fired_at
        if due is not None and reading.timestamp >= due:
            fired_at = due
        # The silence before the rule watched was none of its business, and so is its end.
        before_the_rule = reading.timestamp < self._rule.effective_at
        heard_at = standing.heard_at if before_the_rule else reading.timestamp
        return replace(standing, watched=True, heard_at=heard_at, fired_at=fired_at)

    def fired(self, before: Standing, after: Standing, reading: Reading) -> Alert | None:
        """The alert of the silence that the reading ended."""
        if after.fired_at == before.fired_at:
            return None
        alert = self.silent(before)
        return None if alert is None else replace(alert, resolved_at=reading.timestamp)

    def silent(self, standing: Standing) -> Alert | None:
        """The alert of the silence after what was heard, whether or not it is due yet."""
        due, alert_id = self.due(standing), self.alert_id(standing)
        if due is None or alert_id is None:
            return None
        alert = _alert(self._rule, self._device_id, alert_id, due)
        return replace(alert, last_reading_at=standing.heard_at)

    def changes(self, base: Checkpoint, following: Checkpoint | None, reading: Reading) -> bool:
        """Whether a reading between two checkpoints changes anything that comes after it.

        That it keeps speaking is worth a new checkpoint from time to time.
        """
        if following is None:
            return reading.timestamp - base.position.timestamp >= self._heard_again_after_ms
        return not _in_one_stretch(base, following)

    def reads_from(self, base: Checkpoint, start: Position) -> Position:
        """From where the store must be read to tell anew what follows a checkpoint."""
        if base.position != BEGINNING:
            return base.position
        if base.standing.watched:
            return min(start, Position(self._rule.effective_at, ""))
        return start

    def note(self, checkpoints: list[Checkpoint], reached: Checkpoint) -> None:
        """Add what was heard; without an alert in between, the first and the last of it will do."""
        if (
            len(checkpoints) > 1
            and _in_one_stretch(checkpoints[-2], checkpoints[-1])
            and _in_one_stretch(checkpoints[-1], reached)
        ):
            checkpoints.pop()
        checkpoints.append(reached)

    def candidate(self, standing: Standing, _reading: Reading) -> str | None:
        """The id of the alert of the silence before the reading."""
        return self.alert_id(standing)

    def candidates(self, base: Standing, readings: Iterable[Reading]) -> Iterator[str]:
        """The ids of the silences after each of these readings, or before all of them."""
        standings = [base]
        standings += (
            Standing(watched=True, heard_at=reading.timestamp)
            for reading in readings
            if self.concerns(reading)
        )
        for standing in standings:
            if (alert_id := self.alert_id(standing)) is not None:
                yield alert_id

    def contradicted_at(
        self, standing: Standing, reading: Reading, _interrupted_at: int | None
    ) -> int:
        """When an earlier alert fired, or when the reading was that broke the silence."""
        silent_ms = reading.timestamp - (self._silent_since(standing) or 0)
        if standing.fired_at is not None and silent_ms >= self._silence.limit_ms:
            return standing.fired_at
        return reading.timestamp

    def alert_id(self, standing: Standing) -> str | None:
        """The id of the one alert of the silence after what was heard."""
        since = self._silent_since(standing)
        if since is None:
            return None
        cause = ["silence", self._rule.revision, since]
        return alert_id_of(self._rule, self._device_id, cause)

    def _silent_since(self, standing: Standing) -> int | None:
        if not standing.watched:
            return None
        return max(standing.heard_at or 0, self._rule.effective_at)


def watch_of(rule: Rule, device_id: str) -> ThresholdWatch | SilenceWatch:
    """The rule's condition, applied to the device."""
    match rule.definition.condition:
        case Threshold() as threshold:
            return ThresholdWatch(rule, device_id, threshold)
        case Silence() as silence:
            return SilenceWatch(rule, device_id, silence)


def first_standing(rule: Rule, *, known: bool) -> Standing:
    """Where a rule stands before any reading under it.

    known: whether the rule met the device before it was changed. One for every device waits for
    nobody else.
    """
    return Standing(watched=known or rule.definition.device_id != EVERY_DEVICE)


def _in_one_stretch(earlier: Checkpoint, later: Checkpoint) -> bool:
    return (
        not earlier.opaque
        and earlier.standing.watched
        and earlier.standing.fired_at == later.standing.fired_at
    )


def _cooled_at(rule: Rule, standing: Standing) -> int:
    if standing.fired_at is None:
        return 0
    return standing.fired_at + rule.definition.cooldown_seconds * SECOND_MS


def _alert(rule: Rule, device_id: str, alert_id: str, fired_at: int) -> Alert:
    definition = rule.definition
    return Alert(
        alert_id=alert_id,
        rule_id=rule.rule_id,
        rule_name=definition.name,
        rule_revision=rule.revision,
        device_id=device_id,
        severity=definition.severity,
        condition=definition.condition,
        fired_at=fired_at,
    )
