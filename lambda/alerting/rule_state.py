"""Where a rule stands for one device, and how readings and silence move it.

It moves forward in the time of the readings only: what is older than the newest reading that it
has taken in, or is that reading again, moves nothing.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field, replace

from alerting.model import Alert, Rule, Silence, Threshold, alert_id_of
from kernel.clock import SECOND_MS
from telemetry.model import Position, Reading

# A transaction takes 100 items: room for the state, the rule, and alerts fired and resolved.
MOST_ALERTS_AT_ONCE = 90


@dataclass(frozen=True, slots=True)
class RuleState:
    """Where a rule stands for one device; times in ms since the epoch.

    revision: the rule as it watched when this was reached.
    position: the newest reading taken in, of those that concern the rule.
    holding_since: when the condition began to hold, if it does.
    fired_at: when the latest alert was fired; `open_alert` is its id while it is not resolved.
    check_at: when to look whether the device is silent; never later than the silence may end in
    an alert.
    """

    revision: str
    position: Position | None = None
    holding_since: int | None = None
    fired_at: int | None = None
    open_alert: str | None = None
    check_at: int | None = None


@dataclass
class Movement:
    """How a state moves, with the alerts that are fired and resolved on the way.

    fired: new alerts by id, resolved ones among them.
    resolved: when alerts ended that had been fired before, by id.
    """

    rule: Rule
    device_id: str
    before: RuleState | None
    state: RuleState = field(init=False)
    fired: dict[str, Alert] = field(default_factory=dict)
    resolved: dict[str, int] = field(default_factory=dict)

    def __post_init__(self) -> None:
        """Begin anew where the rule watches otherwise than it did."""
        before, rule = self.before, self.rule
        if before is not None and before.revision == rule.revision:
            self.state = before
            return
        self.state = RuleState(rule.revision)
        if before is None:
            return
        self.state = replace(self.state, position=before.position)
        if before.open_alert is not None:
            self._resolve(before, rule.effective_at)
        if isinstance(rule.definition.condition, Silence):
            self._wait(rule.definition.condition)

    @property
    def changed(self) -> bool:
        """Whether there is anything to keep."""
        return self.state != (self.before or RuleState(self.rule.revision))

    @property
    def obeys_the_rule(self) -> bool:
        """Whether it is wrong if the rule is another by now."""
        begun = self.before is None or self.before.revision != self.rule.revision
        return begun or bool(self.fired)

    def take_in(self, readings: Iterable[Reading], now: int) -> None:
        """Move with readings in order of time, until as many alerts are affected as fit together.

        Called again with the same readings, a movement that begins where this one ended goes on.
        """
        for reading in readings if self.rule.definition.enabled else ():
            if len(self.fired) + len(self.resolved) >= MOST_ALERTS_AT_ONCE:
                return
            match self.rule.definition.condition:
                case Threshold() as threshold:
                    self._compare(threshold, reading)
                case Silence() as silence:
                    self._hear(silence, reading, now)

    def check_silence(self, now: int) -> None:
        """Fire if the device has been silent for too long, else set the time to look again.

        While the rule is disabled the look is only put off, so that nobody is forgotten.
        """
        silence = self.rule.definition.condition
        if not isinstance(silence, Silence) or self.state.open_alert is not None:
            self.state = replace(self.state, check_at=None)
            return
        if not self.rule.definition.enabled:
            if self.state.check_at is None or self.state.check_at <= now:
                self.state = replace(self.state, check_at=now + silence.limit_ms)
            return
        due = self._silent_at(silence)
        if now < due:
            self.state = replace(self.state, check_at=due)
            return
        last = self.state.position.timestamp if self.state.position else None
        cause = ["silence", self.rule.revision, self._listening_since()]
        alert_id = alert_id_of(self.rule, self.device_id, cause)
        self._fire(replace(self._alert(alert_id, due), last_reading_at=last))
        self.state = replace(self.state, check_at=None)

    def _compare(self, threshold: Threshold, reading: Reading) -> None:
        value = threshold.value_in(reading)
        if value is None or not self._advances(reading):
            return
        alert_open = self.state.open_alert is not None
        holds = threshold.holds(value, alert_open=alert_open)
        if alert_open:
            if not holds:
                self._resolve(self.state, reading.timestamp)
            return
        if not holds:
            self.state = replace(self.state, holding_since=None)
            return
        since = self.state.holding_since
        since = reading.timestamp if since is None else since
        self.state = replace(self.state, holding_since=since)
        held_ms = reading.timestamp - since
        if held_ms >= threshold.duration_seconds * SECOND_MS and not self._cools(reading.timestamp):
            cause = ["reading", reading.timestamp, reading.digest]
            alert_id = alert_id_of(self.rule, self.device_id, cause)
            self._fire(replace(self._alert(alert_id, reading.timestamp), actual_value=value))

    def _hear(self, silence: Silence, reading: Reading, now: int) -> None:
        if not silence.is_broken_by(reading) or not self._advances(reading):
            return
        # What was sent long ago and arrives only now does not end the silence.
        speaks = now < reading.timestamp + silence.limit_ms
        if self.state.open_alert is not None and speaks:
            self._resolve(self.state, reading.timestamp)
        if self.state.open_alert is None and self.state.check_at is None:
            self._wait(silence)

    def _advances(self, reading: Reading) -> bool:
        position = self.state.position
        if position is not None and reading.timestamp < position.timestamp:
            return False
        reached = reading.position
        if position is not None and reached <= position:
            return False
        self.state = replace(self.state, position=reached)
        return True

    def _cools(self, moment: int) -> bool:
        return moment < self._cooled_at()

    def _cooled_at(self) -> int:
        if self.state.fired_at is None:
            return 0
        return self.state.fired_at + self.rule.definition.cooldown_seconds * SECOND_MS

    def _listening_since(self) -> int:
        position = self.state.position
        return max(position.timestamp if position else 0, self.rule.effective_at)

    def _silent_at(self, silence: Silence) -> int:
        return max(self._listening_since() + silence.limit_ms, self._cooled_at())

    def _wait(self, silence: Silence) -> None:
        self.state = replace(self.state, check_at=self._silent_at(silence))

    def _alert(self, alert_id: str, fired_at: int) -> Alert:
        definition = self.rule.definition
        return Alert(
            alert_id=alert_id,
            rule_id=self.rule.rule_id,
            rule_name=definition.name,
            rule_revision=self.rule.revision,
            device_id=self.device_id,
            severity=definition.severity,
            condition=definition.condition,
            fired_at=fired_at,
        )

    def _fire(self, alert: Alert) -> None:
        self.fired[alert.alert_id] = alert
        self.state = replace(self.state, open_alert=alert.alert_id, fired_at=alert.fired_at)

    def _resolve(self, was: RuleState, moment: int) -> None:
        alert_id = was.open_alert or ""
        resolved_at = max(moment, was.fired_at or 0)
        if alert_id in self.fired:
            self.fired[alert_id] = replace(self.fired[alert_id], resolved_at=resolved_at)
        else:
            self.resolved[alert_id] = resolved_at
        self.state = replace(self.state, open_alert=None, holding_since=None)
