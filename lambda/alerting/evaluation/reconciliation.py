"""What a rule makes of readings from a checkpoint on, against the alerts that are recorded."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace

from alerting.alerts.model import Alert, Ending
from alerting.evaluation.folds import Fold
from alerting.evaluation.history import Placed
from alerting.evaluation.silence_fold import SilenceFold
from alerting.evaluation.timeline import Checkpoint
from readings.model import Position, Reading


@dataclass(frozen=True, slots=True)
class RecordedAlert:
    """When an alert that is kept was fired, in ms since the epoch, and how it ended."""

    fired_at: int
    ending: Ending = field(default=Ending())


RecordedAlerts = Mapping[str, RecordedAlert | None]
"""The alerts that are kept, by id; None for one that is not to be changed, since the
rule watched otherwise when it fired."""


class Reconciliation:
    """Readings in order, and the alerts that come of them.

    checkpoints: where the rule stood on the way; the last one is where it stands.
    held_back: whether it stopped at a silence that only the clock may fire.
    """

    def __init__(
        self,
        fold: Fold,
        checkpoints: list[Checkpoint],
        recorded: RecordedAlerts,
    ) -> None:
        self._fold, self.checkpoints, self._recorded = fold, checkpoints, recorded
        self.snapshot = checkpoints[-1].snapshot
        self.held_back = False
        self._alerts: dict[str, Alert] = {}
        self._endings: dict[str, Ending] = {}
        if self.snapshot.open_alert is not None:
            self._endings[self.snapshot.open_alert] = Ending()
        self._contradicted: dict[str, int] = {}
        self._interrupted_at: int | None = None
        # The alerts that come out otherwise than they are recorded, or that are not.
        self._changed: set[str] = set()
        for alert_id in self._endings:
            self._compare(alert_id)

    def follow(
        self, readings: Iterable[Placed], *, most_changes: int, fires_silence: bool
    ) -> Position | None:
        """Go through the readings; the position of the first that was left, if one was.

        It stops where too much changes to be kept together, and at a silence that is not
        recorded unless `fires_silence`.
        """
        for position, reading in readings:
            if not self._fold.concerns(reading):
                continue
            after = self._fold.after(self.snapshot, reading)
            alert = self._fold.fired(self.snapshot, after, reading)
            new = alert is not None and alert.alert_id not in self._recorded
            self.held_back = new and not fires_silence and isinstance(self._fold, SilenceFold)
            if self.held_back or len(self._changed) >= most_changes:
                return position
            self._step(reading, alert, ended=after.open_alert is None)
            self.snapshot = after
            self._fold.note(self.checkpoints, Checkpoint(position, after))
        return None

    def fall_silent(self, alert: Alert) -> None:
        """Let an alert stand that no reading has ended yet."""
        self._alerts[alert.alert_id] = alert
        self._compare(alert.alert_id)

    def drop(self, alert_id: str, moment: int) -> None:
        """End a recorded alert, if nothing that counts speaks for it any more."""
        if self._ending_of(alert_id) is None:
            self._contradicted[alert_id] = moment
            self._compare(alert_id)

    def has_recorded(self, alert: Alert) -> bool:
        """Whether the alert is there already."""
        return alert.alert_id in self._recorded

    def fired(self) -> dict[str, Alert]:
        """The alerts that are not recorded yet."""
        return {one: self._alerts[one] for one in self._alerts if one not in self._recorded}

    def amended(self) -> dict[str, Ending]:
        """How recorded alerts end otherwise than it is recorded."""
        endings = {one: self._ending_of(one) for one in self._changed if one in self._recorded}
        return {one: ending for one, ending in endings.items() if ending is not None}

    def _step(self, reading: Reading, alert: Alert | None, *, ended: bool) -> None:
        candidate = self._fold.candidate(self.snapshot, reading)
        open_alert = self.snapshot.open_alert
        if open_alert is not None and ended:
            self._end(open_alert, reading.timestamp)
        if alert is not None:
            self._alerts[alert.alert_id] = alert
            self._compare(alert.alert_id)
        elif candidate is not None and candidate in self._recorded:
            moment = self._fold.contradicted_at(self.snapshot, reading, self._interrupted_at)
            self._contradicted.setdefault(candidate, moment)
            self._compare(candidate)
        if candidate is None:
            self._interrupted_at = reading.timestamp

    def _end(self, alert_id: str, moment: int) -> None:
        if alert_id in self._alerts:
            self._alerts[alert_id] = replace(self._alerts[alert_id], resolved_at=moment)
        else:
            self._endings[alert_id] = Ending(moment)
        self._compare(alert_id)

    def _compare(self, alert_id: str) -> None:
        ending = self._ending_of(alert_id)
        new = alert_id in self._alerts and alert_id not in self._recorded
        recorded = self._recorded.get(alert_id)
        if new or (
            recorded is not None and ending is not None and _differ(recorded.ending, ending)
        ):
            self._changed.add(alert_id)
        else:
            self._changed.discard(alert_id)

    def _ending_of(self, alert_id: str) -> Ending | None:
        if alert_id in self._alerts:
            return self._ending_as_recorded(alert_id, self._alerts[alert_id].resolved_at)
        if alert_id in self._contradicted and alert_id not in self._endings:
            moment = self._contradicted[alert_id]
            return Ending(resolved_at=moment, contradicted_at=moment)
        return self._endings.get(alert_id)

    def _ending_as_recorded(self, alert_id: str, resolved_at: int | None) -> Ending:
        recorded = self._recorded.get(alert_id)
        # Of a silence that fired after a cooldown which, as is known by now, was none.
        if recorded is not None and resolved_at is not None and resolved_at < recorded.fired_at:
            return Ending(resolved_at=resolved_at, contradicted_at=resolved_at)
        return Ending(resolved_at)


def _differ(before: Ending, ending: Ending) -> bool:
    if before == ending:
        return False
    # Whichever reading contradicted it first: people were told so.
    return before.contradicted_at is None or ending.contradicted_at is None
