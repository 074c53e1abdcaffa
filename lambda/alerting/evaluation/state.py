"""Where a rule stands for one device, as it is kept between one look and the next."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace

from alerting.evaluation.history import Placed
from alerting.evaluation.timeline import Timeline
from readings.model import Position


@dataclass(frozen=True, slots=True)
class Unsettled:
    """Readings from a position on are to be looked at again, and nobody has yet.

    fired_until: alerts may have been fired for readings up to there.
    """

    since: Position
    fired_until: Position


@dataclass(frozen=True, slots=True)
class OpenSilence:
    """The alert of a device that is still silent; `fired_at` in ms since the epoch."""

    alert_id: str
    fired_at: int


@dataclass(frozen=True, slots=True)
class RuleState:
    """Where a rule stands for one device; times in ms since the epoch.

    revision: the rule as it watched when this was reached.
    check_at: when to look whether the device is silent; never later than the silence may end in
    an alert.
    longest_ms: no segment of the device spans more, as far as the rule has seen.
    """

    revision: str
    timeline: Timeline
    unsettled: Unsettled | None = None
    silence: OpenSilence | None = None
    check_at: int | None = None
    longest_ms: int = 0

    def of_silence(self) -> "RuleState":
        """The state of a rule that waits for readings.

        Version 0.1.0 kept the alert of a silence like that of a threshold.
        """
        last = self.timeline.last
        if last.snapshot.open_alert is None:
            return self
        silence = OpenSilence(last.snapshot.open_alert, last.snapshot.fired_at or 0)
        snapshot = replace(last.snapshot, open_alert=None, fired_at=None)
        return replace(
            self, timeline=Timeline((replace(last, snapshot=snapshot),)), silence=silence
        )

    @property
    def is_in_force(self) -> bool:
        """Whether something is still to come of it, even if no reading does."""
        return self.check_at is not None or bool(self.open_alerts)

    @property
    def fired_until(self) -> Position:
        """No alert that stands was fired for a reading after this one."""
        return self.unsettled.fired_until if self.unsettled else self.timeline.last.position

    @property
    def open_alerts(self) -> dict[str, int]:
        """When the alerts that have not ended were fired, by id."""
        found = {}
        snapshot = self.timeline.last.snapshot
        if snapshot.open_alert is not None:
            found[snapshot.open_alert] = snapshot.fired_at or 0
        if self.silence is not None:
            found[self.silence.alert_id] = self.silence.fired_at
        return found


@dataclass(frozen=True, slots=True)
class News:
    """Readings of one device that arrived under a rule, in order; no segment of them was longer.

    received_at: when each of them was received, in ms since the epoch.
    """

    readings: Sequence[Placed]
    received_at: Mapping[Position, int]
    longest_ms: int

    def without(self, positions: Collection[Position]) -> "News":
        """The news but for some readings."""
        return replace(self, readings=[one for one in self.readings if one[0] not in positions])
