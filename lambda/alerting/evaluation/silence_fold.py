"""Gaps between readings, reading by reading."""

from collections.abc import Iterable, Iterator
from dataclasses import replace

from alerting.alerts.identity import id_by_silence
from alerting.alerts.model import Alert
from alerting.evaluation.timeline import BEGINNING, Checkpoint, Snapshot
from alerting.rules.definition import Silence
from alerting.rules.model import Rule
from kernel.clock import MINUTE_MS
from readings.model import Position, Reading

# A silent device is known to have spoken up to this long before it fell silent, or half the
# silence: the rest is read from the store. So readings are not written down one by one.
_HEARD_AGAIN_AFTER_MS = 5 * MINUTE_MS


class SilenceFold:
    """Gaps between readings; the one that is still open ends with the clock."""

    def __init__(self, rule: Rule, device_id: str, silence: Silence) -> None:
        self._rule, self._device_id, self._silence = rule, device_id, silence
        self._heard_again_after_ms = min(silence.limit_ms // 2, _HEARD_AGAIN_AFTER_MS)

    def concerns(self, reading: Reading) -> bool:
        """Whether the reading is one that was waited for."""
        return self._silence.is_broken_by(reading)

    def due(self, snapshot: Snapshot) -> int | None:
        """When the silence after what was heard becomes an alert; None if it is not watched."""
        since = self._silent_since(snapshot)
        if since is None:
            return None
        return max(since + self._silence.limit_ms, self._rule.cooled_at(snapshot.fired_at))

    def after(self, snapshot: Snapshot, reading: Reading) -> Snapshot:
        """Where the rule stands after the reading that comes next."""
        due = self.due(snapshot)
        fired_at = snapshot.fired_at
        if due is not None and reading.timestamp >= due:
            fired_at = due
        # The silence before the rule watched was none of its business, and so is its end.
        before_the_rule = reading.timestamp < self._rule.effective_at
        heard_at = snapshot.heard_at if before_the_rule else reading.timestamp
        return replace(snapshot, watched=True, heard_at=heard_at, fired_at=fired_at)

    def fired(self, before: Snapshot, after: Snapshot, reading: Reading) -> Alert | None:
        """The alert of the silence that the reading ended."""
        if after.fired_at == before.fired_at:
            return None
        alert = self.silent(before)
        return None if alert is None else replace(alert, resolved_at=reading.timestamp)

    def silent(self, snapshot: Snapshot) -> Alert | None:
        """The alert of the silence after what was heard, whether or not it is due yet."""
        due, alert_id = self.due(snapshot), self.alert_id(snapshot)
        if due is None or alert_id is None:
            return None
        alert = Alert.of(self._rule, self._device_id, alert_id, due)
        return replace(alert, last_reading_at=snapshot.heard_at)

    def changes(self, base: Checkpoint, following: Checkpoint | None, reading: Reading) -> bool:
        """Whether a reading between two checkpoints changes anything that comes after it.

        That it keeps speaking is worth a new checkpoint from time to time.
        """
        if following is None:
            return reading.timestamp - base.position.timestamp >= self._heard_again_after_ms
        return not _in_one_stretch(base, following)

    def reads_from(self, base: Checkpoint, start: Position) -> Position:
        """From where the store must be read to find out anew what follows a checkpoint.

        start: what comes before it is known already.
        """
        if base.position != BEGINNING:
            return base.position
        if base.snapshot.watched:
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

    def candidate(self, snapshot: Snapshot, _reading: Reading) -> str | None:
        """The id of the alert of the silence before the reading."""
        return self.alert_id(snapshot)

    def candidates(self, base: Snapshot, readings: Iterable[Reading]) -> Iterator[str]:
        """The ids of the silences after each of these readings, or before all of them."""
        snapshots = [base]
        snapshots += (
            Snapshot(watched=True, heard_at=reading.timestamp)
            for reading in readings
            if self.concerns(reading)
        )
        for snapshot in snapshots:
            if (alert_id := self.alert_id(snapshot)) is not None:
                yield alert_id

    def contradicted_at(
        self, snapshot: Snapshot, reading: Reading, _interrupted_at: int | None
    ) -> int:
        """When an earlier alert fired, or when the reading was that broke the silence."""
        silent_ms = reading.timestamp - (self._silent_since(snapshot) or 0)
        if snapshot.fired_at is not None and silent_ms >= self._silence.limit_ms:
            return snapshot.fired_at
        return reading.timestamp

    def alert_id(self, snapshot: Snapshot) -> str | None:
        """The id of the one alert of the silence after what was heard."""
        since = self._silent_since(snapshot)
        if since is None:
            return None
        return id_by_silence(self._rule, self._device_id, since)

    def _silent_since(self, snapshot: Snapshot) -> int | None:
        if not snapshot.watched:
            return None
        return max(snapshot.heard_at or 0, self._rule.effective_at)


def _in_one_stretch(earlier: Checkpoint, later: Checkpoint) -> bool:
    return (
        not earlier.opaque
        and earlier.snapshot.watched
        and earlier.snapshot.fired_at == later.snapshot.fired_at
    )
