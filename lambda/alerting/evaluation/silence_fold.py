"""Gaps between readings, reading by reading."""

from collections.abc import Iterable, Iterator
from dataclasses import replace

from alerting.alerts.identity import id_by_silence
from alerting.alerts.model import Alert
from alerting.evaluation.fold import alert_of, cooled_at
from alerting.evaluation.timeline import BEGINNING, Checkpoint, Standing
from alerting.rules.definition import Silence
from alerting.rules.model import Rule
from kernel.clock import MINUTE_MS
from readings.model import Position, Reading

# A silent device is known to have spoken up to this long before it fell silent, or half the
# silence: the rest is read from the store. So readings are not written down one by one.
_HEARD_AGAIN_AFTER_MS = 5 * MINUTE_MS


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
        return max(since + self._silence.limit_ms, cooled_at(self._rule, standing))

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
        alert = alert_of(self._rule, self._device_id, alert_id, due)
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
        return id_by_silence(self._rule, self._device_id, since)

    def _silent_since(self, standing: Standing) -> int | None:
        if not standing.watched:
            return None
        return max(standing.heard_at or 0, self._rule.effective_at)


def _in_one_stretch(earlier: Checkpoint, later: Checkpoint) -> bool:
    return (
        not earlier.opaque
        and earlier.standing.watched
        and earlier.standing.fired_at == later.standing.fired_at
    )
