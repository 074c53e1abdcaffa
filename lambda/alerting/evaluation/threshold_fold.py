"""A metric compared with a value, reading by reading."""

from collections.abc import Iterable, Iterator
from dataclasses import replace

from alerting.alerts.identity import id_by_reading
from alerting.alerts.model import Alert
from alerting.evaluation.timeline import Checkpoint, Snapshot
from alerting.rules.definition import Threshold
from alerting.rules.model import Rule
from kernel.clock import SECOND_MS
from readings.model import Position, Reading


class ThresholdFold:
    """A metric compared with a value."""

    def __init__(self, rule: Rule, device_id: str, threshold: Threshold) -> None:
        self._rule, self._device_id, self._threshold = rule, device_id, threshold

    def concerns(self, reading: Reading) -> bool:
        """Whether the reading has the metric, and its value is of the threshold's kind."""
        return self._threshold.value_in(reading) is not None

    def after(self, snapshot: Snapshot, reading: Reading) -> Snapshot:
        """Where the rule stands after the reading that comes next."""
        if snapshot.open_alert is not None:
            if self._holds(reading, alert_open=True):
                return snapshot
            return replace(snapshot, open_alert=None, holding_since=None)
        if not self._holds(reading, alert_open=False):
            return replace(snapshot, holding_since=None)
        moment, duration_ms = reading.timestamp, self._threshold.duration_seconds * SECOND_MS
        since = moment if snapshot.holding_since is None else snapshot.holding_since
        if moment - since >= duration_ms and moment >= self._rule.cooled_at(snapshot.fired_at):
            return replace(
                snapshot, open_alert=self._id_of(reading), fired_at=moment, holding_since=None
            )
        # Without a duration it does not matter since when.
        return replace(snapshot, holding_since=since if duration_ms else None)

    def fired(self, before: Snapshot, after: Snapshot, reading: Reading) -> Alert | None:
        """The alert that the reading fired."""
        if after.open_alert is None or after.open_alert == before.open_alert:
            return None
        alert = Alert.of(self._rule, self._device_id, after.open_alert, reading.timestamp)
        return replace(alert, actual_value=self._threshold.value_in(reading))

    def changes(self, base: Checkpoint, _following: Checkpoint | None, reading: Reading) -> bool:
        """Whether a reading between two checkpoints changes anything that comes after it.

        The second is None where it is still to come. The answer is never wrongly no.
        """
        return base.opaque or self.after(base.snapshot, reading) != base.snapshot

    def reads_from(self, base: Checkpoint, start: Position) -> Position:
        """From where the store must be read to find out anew what follows a checkpoint."""
        return base.position if base.opaque else start

    def note(self, checkpoints: list[Checkpoint], reached: Checkpoint) -> None:
        """Add a checkpoint where the rule stands otherwise than before."""
        if reached.snapshot != checkpoints[-1].snapshot:
            checkpoints.append(reached)

    def candidate(self, _standing: Snapshot, reading: Reading) -> str | None:
        """The id of the alert that the reading could have fired."""
        return self._id_of(reading) if self._holds(reading, alert_open=False) else None

    def candidates(self, _base: Snapshot, readings: Iterable[Reading]) -> Iterator[str]:
        """The ids of all alerts that any of these readings, not knowing the others, could fire."""
        for reading in readings:
            if self.concerns(reading) and self._holds(reading, alert_open=False):
                yield self._id_of(reading)

    def contradicted_at(
        self, snapshot: Snapshot, reading: Reading, interrupted_at: int | None
    ) -> int:
        """When that was which kept this step from firing its candidate, in ms: the reading that
        fired an earlier alert, or interrupted the condition."""
        overtaken = snapshot.open_alert is not None
        if snapshot.fired_at is not None and (
            overtaken or reading.timestamp < self._rule.cooled_at(snapshot.fired_at)
        ):
            return snapshot.fired_at
        return reading.timestamp if interrupted_at is None else interrupted_at

    def _holds(self, reading: Reading, *, alert_open: bool) -> bool:
        value = self._threshold.value_in(reading)
        return value is not None and self._threshold.holds(value, alert_open=alert_open)

    def _id_of(self, reading: Reading) -> str:
        return id_by_reading(self._rule, self._device_id, reading)
