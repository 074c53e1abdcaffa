"""How news and the clock move a rule's state, with the alerts that are fired and amended."""

from dataclasses import dataclass, field, replace

from alerting.alerts.model import Alert, Ending
from alerting.evaluation.folds import fold_of
from alerting.evaluation.history import History
from alerting.evaluation.reconciliation import Reconciliation, RecordedAlert, RecordedAlerts
from alerting.evaluation.silence_fold import SilenceFold
from alerting.evaluation.state import News, OpenSilence, RuleState, Unsettled
from alerting.evaluation.timeline import Checkpoint, Snapshot, Timeline
from alerting.rules.definition import EVERY_DEVICE, Silence
from alerting.rules.model import Rule
from kernel.parsing import MAX_TIMESTAMP
from readings.model import MAX_SEGMENT_SPAN_MS, Position, Reading

# A transaction takes 100 items: room for the state, the rule, and alerts fired and amended.
MOST_ALERTS_AT_ONCE = 90


@dataclass
class Movement:
    """A state on its way.

    fired: new alerts by id, ended ones among them.
    amended: how alerts that had been fired before end now, by id; those that the rule fired when it
    watched otherwise are left alone.
    closed: when alerts ended because the rule watches otherwise than when it fired them, by id.
    forgotten: readings that are older than what the state remembers.
    goes_on_from: where there is more to look at than can be kept together.
    looks_again: whether there is more to take in once the state is settled.
    """

    rule: Rule
    device_id: str
    before: RuleState | None
    state: RuleState = field(init=False)
    fired: dict[str, Alert] = field(default_factory=dict)
    amended: dict[str, Ending] = field(default_factory=dict)
    closed: dict[str, int] = field(default_factory=dict)
    forgotten: list[Position] = field(default_factory=list)
    goes_on_from: Position | None = None
    looks_again: bool = False

    def __post_init__(self) -> None:
        """Begin anew where the rule watches otherwise than it did."""
        before, rule = self.before, self.rule
        self._fold = fold_of(rule, self.device_id)
        if before is not None and before.revision == rule.revision:
            self.state = before.of_silence() if self._waits_for_clock else before
            return
        self.state = self._beginning(known=before is not None)
        if before is not None:
            self.state = replace(self.state, longest_ms=before.longest_ms)
            self.closed = {
                alert_id: max(rule.effective_at, fired_at)
                for alert_id, fired_at in before.open_alerts.items()
            }
            if isinstance(self._fold, SilenceFold):
                due = self._fold.due(self.state.timeline.last.snapshot)
                self.state = replace(self.state, check_at=due)

    @property
    def changed(self) -> bool:
        """Whether there is anything to keep."""
        return self.state != (self.before or self._beginning(known=False))

    @property
    def changes_alerts(self) -> bool:
        """Whether people get to see anything new."""
        return bool(self.fired or self.amended)

    @property
    def obeys_the_rule(self) -> bool:
        """Whether it is wrong to keep it if the rule is another by now.

        A first state is not: the rule as it is by then begins anew.
        """
        begun = self.before is not None and self.before.revision != self.rule.revision
        reopened = any(ending.resolved_at is None for ending in self.amended.values())
        return begun or reopened or bool(self.fired)

    def take_in(self, news: News) -> Position | None:
        """Take in what changes nothing; from where on the rest has to be looked up, if any has."""
        if not self.rule.definition.enabled:
            return None
        if news.longest_ms > self.state.longest_ms:
            # A power of two, so that it seldom grows.
            longest_ms = min(1 << (news.longest_ms - 1).bit_length(), MAX_SEGMENT_SPAN_MS)
            self.state = replace(self.state, longest_ms=longest_ms)
        changes_from, unsettled = self._change_in(news), self.state.unsettled
        if unsettled is None or changes_from is None:
            return unsettled.since if unsettled else changes_from
        # What is likely known already must not keep what was begun from being ended.
        self.looks_again = not self.is_sure_to_change(changes_from) and not self._waits_for_clock
        return unsettled.since if self.looks_again else min(changes_from, unsettled.since)

    def _change_in(self, news: News) -> Position | None:
        timeline = self.state.timeline
        for position, reading in news.readings:
            if not self._fold.concerns(reading) or timeline.knows(position):
                continue
            index = timeline.before(position)
            if index is None:
                self.forgotten.append(position)
                continue
            base, following = timeline.checkpoints[index], timeline.following(index)
            ends_silence = following is None and self.state.silence is not None
            if ends_silence or self._fold.changes(base, following, reading):
                return position
        return None

    def look(self, now: int) -> Position | None:
        """Set the time of the next look at the clock; from where on to look now, if it is time.

        While the rule is disabled the look is only put off, so that nobody is forgotten.
        """
        state, condition = self.state, self.rule.definition.condition
        if not self.rule.definition.enabled:
            if isinstance(condition, Silence) and (state.check_at is None or state.check_at <= now):
                self.state = replace(state, check_at=now + condition.limit_ms)
            return None
        if state.unsettled is not None:
            return state.unsettled.since
        due = None
        if isinstance(self._fold, SilenceFold) and state.silence is None:
            due = self._fold.due(state.timeline.last.snapshot)
        if due is not None and due <= now:
            return Position(due, "")
        self.state = replace(state, check_at=due)
        return None

    def mark(self, since: Position) -> None:
        """Say that readings from there on are about to be looked at.

        Whoever takes in a reading from now on looks at them too. So every reading was either stored
        before they are looked at, or is seen to by whoever takes it in.
        """
        self.state = replace(self.state, unsettled=Unsettled(since, self.state.fired_until))

    def is_marked(self, since: Position) -> bool:
        """Whether the state said so when it was read."""
        before = self.before
        if before is None or before.unsettled is None or before.revision != self.rule.revision:
            return False
        return before.unsettled.since <= since

    def is_sure_to_change(self, start: Position) -> bool:
        """Whether what happens from `start` on changes what others may rely on, as far as known."""
        return not self._waits_for_clock and not self._base(start).opaque

    @property
    def _waits_for_clock(self) -> bool:
        return isinstance(self._fold, SilenceFold)

    @property
    def changes_what_others_rely_on(self) -> bool:
        """Whether readings that changed nothing before may change something now."""
        if self.changes_alerts:
            return True
        # That a device was heard again changes nothing for those readings.
        timeline = self.before.timeline if self.before else None
        return not self._waits_for_clock and self.state.timeline != timeline

    def concerns(self, reading: Reading) -> bool:
        """Whether the reading says anything about the rule's condition."""
        return self._fold.concerns(reading)

    def reads_from(self, start: Position) -> Position:
        """From where to read the stored readings to find out anew what happened from `start` on."""
        return self._fold.reads_from(self._base(start), start)

    def may_have_recorded(self, start: Position, history: History) -> set[str]:
        """Alerts that may have been fired for readings from `start` on, by what is stored."""
        fired_until = self.state.fired_until
        if start > fired_until:
            return set()
        base = self._base(start).snapshot
        known = [reading for place, reading in history.readings if place <= fired_until]
        found = set(self._fold.candidates(base, known))
        return found | {base.open_alert} if base.open_alert else found

    def reconcile(
        self,
        start: Position,
        history: History,
        recorded: RecordedAlerts,
        now: int,
        *,
        by_clock: bool,
        until: int = MAX_TIMESTAMP,
    ) -> None:
        """Find out anew what happened from `start` on, and compare it with what was recorded.

        now: in ms since the epoch. until: the history tells only of readings before that moment,
        and there are more. by_clock: whether silence fires. A reading alone fires none, since those
        that are still on their way may show that there was no silence.
        """
        open_before = self.state.open_alerts
        recorded = {**{one: RecordedAlert(at) for one, at in open_before.items()}, **recorded}
        index = self.state.timeline.before(start) or 0
        base, since = self._base(start).position, self.reads_from(start)
        outcome = Reconciliation(self._fold, self.state.timeline.until(index), recorded)
        readings = (
            one for one in history.readings if base < one[0] >= since and one[0].timestamp < until
        )
        left_from = outcome.follow(
            readings, most_changes=MOST_ALERTS_AT_ONCE, fires_silence=by_clock
        )
        if left_from is None and until < MAX_TIMESTAMP:
            left_from = Position(until, "")
        timeline = Timeline.of(outcome.checkpoints)
        fired_until = max(self.state.fired_until, timeline.last.position)
        unsettled = Unsettled(left_from, fired_until) if left_from else None
        self.state = replace(self.state, timeline=timeline, unsettled=unsettled)
        if isinstance(self._fold, SilenceFold):
            self._fall_silent(self._fold, outcome, now, by_clock=by_clock)
        if left_from is None:
            # What fired them may count no more: it came too late, as was found out later.
            for alert_id, fired_at in open_before.items():
                outcome.drop(alert_id, fired_at)
        self.fired, self.amended = outcome.fired(), outcome.amended()
        self.goes_on_from = None if outcome.held_back else left_from

    def _fall_silent(
        self, fold: SilenceFold, outcome: Reconciliation, now: int, *, by_clock: bool
    ) -> None:
        alert = fold.silent(outcome.snapshot)
        self.state = replace(self.state, silence=None)
        if self.state.unsettled is not None:
            self.state = replace(self.state, check_at=now)
        elif alert is not None and (
            outcome.has_recorded(alert) or (by_clock and alert.fired_at <= now)
        ):
            outcome.fall_silent(alert)
            silence = OpenSilence(alert.alert_id, alert.fired_at)
            self.state = replace(self.state, silence=silence, check_at=None)
        else:
            due = fold.due(outcome.snapshot)
            # A look that comes too early costs less than putting it off at every reading.
            planned = None if by_clock else self.state.check_at
            check_at = due if due is None or planned is None else min(due, planned)
            self.state = replace(self.state, check_at=check_at)

    def _base(self, start: Position) -> Checkpoint:
        timeline = self.state.timeline
        return timeline.checkpoints[timeline.before(start) or 0]

    def _beginning(self, *, known: bool) -> RuleState:
        # A rule for every device waits for none that it has not met.
        watched = known or self.rule.definition.device_id != EVERY_DEVICE
        return RuleState(self.rule.revision, Timeline.beginning(Snapshot(watched=watched)))
