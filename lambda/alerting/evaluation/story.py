"""What happened between a rule and a device, told from a checkpoint on, against what was told."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace

from alerting.alerts.model import Alert, Ending
from alerting.evaluation.history import Placed
from alerting.evaluation.silence_fold import SilenceWatch
from alerting.evaluation.threshold_fold import ThresholdWatch
from alerting.evaluation.timeline import Checkpoint
from readings.model import Position, Reading


@dataclass(frozen=True, slots=True)
class ToldAlert:
    """When an alert that people were told of was fired, in ms since the epoch, and how it ended."""

    fired_at: int
    ending: Ending = field(default=Ending())


Told = Mapping[str, ToldAlert | None]
"""The alerts that people were told of, by id; None for one that is not to be changed, since the
rule watched otherwise when it fired."""


class Story:
    """Readings in order, and the alerts that come of them.

    checkpoints: where the rule stood on the way; the last one is where it stands.
    held_back: whether it stopped at a silence that only the clock may fire.
    """

    def __init__(
        self, watch: ThresholdWatch | SilenceWatch, checkpoints: list[Checkpoint], told: Told
    ) -> None:
        self._watch, self.checkpoints, self._told = watch, checkpoints, told
        self.standing = checkpoints[-1].standing
        self.held_back = False
        self._alerts: dict[str, Alert] = {}
        self._endings: dict[str, Ending] = {}
        if self.standing.open_alert is not None:
            self._endings[self.standing.open_alert] = Ending()
        self._contradicted: dict[str, int] = {}
        self._interrupted_at: int | None = None
        # The alerts that come out otherwise than people were told, or that they were not told of.
        self._changed: set[str] = set()
        for alert_id in self._endings:
            self._compare(alert_id)

    def follow(
        self, readings: Iterable[Placed], *, most_changes: int, fires_silence: bool
    ) -> Position | None:
        """Go through the readings; the position of the first that was left, if one was.

        It stops where too much changes to be kept together, and at a silence that nobody was told
        of unless `fires_silence`.
        """
        for position, reading in readings:
            if not self._watch.concerns(reading):
                continue
            after = self._watch.after(self.standing, reading)
            alert = self._watch.fired(self.standing, after, reading)
            new = alert is not None and alert.alert_id not in self._told
            self.held_back = new and not fires_silence and isinstance(self._watch, SilenceWatch)
            if self.held_back or len(self._changed) >= most_changes:
                return position
            self._step(reading, alert, ended=after.open_alert is None)
            self.standing = after
            self._watch.note(self.checkpoints, Checkpoint(position, after))
        return None

    def fall_silent(self, alert: Alert) -> None:
        """Let an alert stand that no reading has ended yet."""
        self._alerts[alert.alert_id] = alert
        self._compare(alert.alert_id)

    def drop(self, alert_id: str, moment: int) -> None:
        """End an alert that people were told of, if nothing that counts tells of it any more."""
        if self._ending_of(alert_id) is None:
            self._contradicted[alert_id] = moment
            self._compare(alert_id)

    def fired(self) -> dict[str, Alert]:
        """The alerts that nobody was told of yet."""
        return {one: self._alerts[one] for one in self._alerts if one not in self._told}

    def amended(self) -> dict[str, Ending]:
        """How alerts that people were told of end otherwise than they were told."""
        endings = {one: self._ending_of(one) for one in self._changed if one in self._told}
        return {one: ending for one, ending in endings.items() if ending is not None}

    def _step(self, reading: Reading, alert: Alert | None, *, ended: bool) -> None:
        candidate = self._watch.candidate(self.standing, reading)
        open_alert = self.standing.open_alert
        if open_alert is not None and ended:
            self._end(open_alert, reading.timestamp)
        if alert is not None:
            self._alerts[alert.alert_id] = alert
            self._compare(alert.alert_id)
        elif candidate is not None and candidate in self._told:
            moment = self._watch.contradicted_at(self.standing, reading, self._interrupted_at)
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
        new = alert_id in self._alerts and alert_id not in self._told
        told = self._told.get(alert_id)
        if new or (told is not None and ending is not None and _differ(told.ending, ending)):
            self._changed.add(alert_id)
        else:
            self._changed.discard(alert_id)

    def _ending_of(self, alert_id: str) -> Ending | None:
        if alert_id in self._alerts:
            return self._ending_as_told(alert_id, self._alerts[alert_id].resolved_at)
        if alert_id in self._contradicted and alert_id not in self._endings:
            moment = self._contradicted[alert_id]
            return Ending(resolved_at=moment, contradicted_at=moment)
        return self._endings.get(alert_id)

    def _ending_as_told(self, alert_id: str, resolved_at: int | None) -> Ending:
        told = self._told.get(alert_id)
        # Of a silence that was told of after a cooldown which, as is known by now, was none.
        if told is not None and resolved_at is not None and resolved_at < told.fired_at:
            return Ending(resolved_at=resolved_at, contradicted_at=resolved_at)
        return Ending(resolved_at)


def _differ(before: Ending, ending: Ending) -> bool:
    if before == ending:
        return False
    # Whichever reading contradicted it first: people were told so.
    return before.contradicted_at is None or ending.contradicted_at is None
