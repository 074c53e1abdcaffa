"""Moving rule states under optimistic locking: whoever comes second looks again."""

from collections.abc import Sequence
from itertools import islice

from alerting.alerts.ports import Alerts
from alerting.alerts.publishing import AlertPublisher
from alerting.errors import StaleVersion
from alerting.evaluation.history import Arrival, History, Received
from alerting.evaluation.movement import Movement
from alerting.evaluation.occasions import Look, Occasion, OutOfTime, ReadingsArrived
from alerting.evaluation.ports import FiredBefore, RuleStates, StoredReadings, VersionedState
from alerting.evaluation.reconciliation import RecordedAlert
from alerting.evaluation.state import News
from alerting.rules.cache import RuleCache
from alerting.rules.model import Rule
from kernel.backoff import Pause
from kernel.clock import MINUTE_MS, Clock
from kernel.errors import Unavailable
from kernel.parsing import MAX_AHEAD_MS, MAX_TIMESTAMP
from readings.model import Position

# Whoever fails has seen somebody else succeed, mostly with the same readings.
_ATTEMPTS = 30
# Looked at together: some tens of megabytes, and a few seconds.
_MOST_READINGS = 20_000
# Arrivals of a device, read to see whether others are late: to save a look, and in a look.
_NEWEST, _MOST_ARRIVALS = 64, 20_000
# No reading is further ahead of the clock: what callers may be, and what clocks may differ by.
_AHEAD_MS = MAX_AHEAD_MS + MINUTE_MS


class Mover:
    """Moves one rule's state for one device, and publishes the alerts that come of it.

    lateness_ms: how far a reading may be behind the newest of its device and still count.
    """

    def __init__(
        self,
        states: RuleStates,
        stored: StoredReadings,
        alerts: Alerts,
        rules: RuleCache,
        publisher: AlertPublisher,
        clock: Clock,
        lateness_ms: int,
        pause: Pause,
    ) -> None:
        self._states, self._stored, self._alerts = states, stored, alerts
        self._rules, self._publisher, self._clock = rules, publisher, clock
        self._lateness_ms, self._pause = lateness_ms, pause

    def take_in(
        self, rule: Rule, device_id: str, loaded: VersionedState, news: News, out_of_time: OutOfTime
    ) -> set[Position]:
        """Take in readings that are stored; returns those that came too late to count.

        Raises Unavailable if others keep moving the same state, or if the time is up; what was done
        stays done.
        """
        occasion = ReadingsArrived(device_id, news, out_of_time, self._overtaken)
        self._move(rule, device_id, loaded, occasion)
        return occasion.late & news.received_at.keys()

    def look(
        self, rule: Rule, device_id: str, loaded: VersionedState, out_of_time: OutOfTime
    ) -> None:
        """Look whether the device is silent; raises Unavailable like `take_in`."""
        self._move(rule, device_id, loaded, Look(self._clock, out_of_time))

    def _overtaken(self, device_id: str, news: News, start: Position) -> set[Position]:
        """Readings that came too late for sure, without a look at all that came after them.

        Only the newest few arrivals are looked at: that none overtook a reading means perhaps.
        """
        late: set[Position] = set()
        if news.received_at[start] <= start.timestamp + self._lateness_ms:
            return late
        by_receipt: dict[int, list[Position]] = {}
        for position, _ in news.readings:
            received_at = news.received_at[position]
            if received_at > position.timestamp + self._lateness_ms:
                by_receipt.setdefault(received_at, []).append(position)
        for received_at, positions in by_receipt.items():
            limit = positions[-1].timestamp + self._lateness_ms
            arrivals = self._stored.newest(device_id, limit + 1, received_at + _AHEAD_MS)
            if any(arrived < received_at for _, arrived in islice(arrivals, _NEWEST)):
                late.update(positions)
        return late

    def _ahead(
        self, device_id: str, received: Sequence[Received], start: Position
    ) -> list[Arrival]:
        """What may have made some of these too late, though it is not among them.

        It may be in a later part, or in a segment that is longer than any that the rule has seen.
        """
        in_time_ms = self._lateness_ms - _AHEAD_MS
        behind = [at for segment, at in received if at > segment.first + in_time_ms]
        if not behind:
            return []
        earliest, now = min(behind), self._clock()
        found: list[Arrival] = []
        after = start.timestamp + self._lateness_ms
        arrivals = self._stored.newest(device_id, after, now + _AHEAD_MS)
        for arrival in islice(arrivals, _MOST_ARRIVALS):
            found.append(arrival)
            # Nothing older can make any of them later than this does.
            if arrival[1] < earliest:
                break
        return found

    def _move(self, rule: Rule, device_id: str, loaded: VersionedState, occasion: Occasion) -> None:
        present: Rule | None = rule
        for attempt in range(_ATTEMPTS):
            # A rule that is for another device by now is none of this one's.
            if present is None or not present.definition.applies_to(device_id):
                return
            try:
                unseen: VersionedState | None = loaded
                while unseen is not None:
                    unseen = self._step_by_step(present, device_id, unseen, occasion)
                return
            except FiredBefore as error:
                occasion.fired_before |= error.alert_ids
            except StaleVersion:
                # Whoever was first has likely seen to the same readings by then.
                self._pause(attempt)
                present = self._rules.current(rule.rule_id)
            loaded = self._states.load([(device_id, rule.rule_id)])[(device_id, rule.rule_id)]
        raise Unavailable("The rule's state is moved by too many at once.")

    def _step_by_step(
        self, rule: Rule, device_id: str, loaded: VersionedState, occasion: Occasion
    ) -> VersionedState | None:
        """Look, reconcile and keep; the state if there is more to look at."""
        movement = Movement(rule, device_id, loaded.state)
        start = occasion.begin(movement)
        if start is not None and occasion.sift(start):
            movement = Movement(rule, device_id, loaded.state)
            start = occasion.begin(movement)
        if start is None:
            if movement.changed:
                self._commit(movement, loaded)
            return None
        if not movement.is_marked(start):
            if not movement.is_sure_to_change(start):
                self._reconcile(movement, start, occasion)
                if not movement.changes_what_others_rely_on and movement.goes_on_from is None:
                    if movement.changed:
                        self._commit(movement, loaded)
                    return None
                movement = Movement(rule, device_id, loaded.state)
                occasion.begin(movement)
            movement.mark(start)
            loaded = self._commit(movement, loaded)
            movement = Movement(rule, device_id, loaded.state)
        looks_again = movement.looks_again
        goes_on_from: Position | None = start
        while goes_on_from is not None:
            self._reconcile(movement, goes_on_from, occasion)
            # Written in any case: whoever looked before this look looks again.
            loaded = self._commit(movement, loaded)
            goes_on_from = movement.goes_on_from
            if goes_on_from is not None and occasion.out_of_time():
                raise Unavailable("There was no time for all that is stored of the device.")
            movement = Movement(rule, device_id, loaded.state)
        return loaded if looks_again and movement.state.unsettled is None else None

    def _commit(self, movement: Movement, loaded: VersionedState) -> VersionedState:
        # After the store was read: so nothing was looked at that came in under a later rule. Not in
        # the transaction, where a thousand devices that fire one rule at once would be conflicts.
        if movement.obeys_the_rule and not self._rules.is_current(movement.rule):
            raise StaleVersion("The rule watches otherwise by now.")
        loaded = self._states.commit(movement, loaded, self._clock())
        self._publisher.publish(movement.fired.values())
        return loaded

    def _reconcile(self, movement: Movement, start: Position, occasion: Occasion) -> None:
        rule = movement.rule
        received, until = self._received(movement, start)
        ahead = self._ahead(movement.device_id, received, start)
        history = History.of(
            received, rule.effective_at, self._lateness_ms, movement.concerns, others=ahead
        )
        occasion.late |= history.too_late
        found = self._alerts.found(
            movement.may_have_recorded(start, history) | occasion.fired_before
        )
        recorded = {
            alert_id: RecordedAlert(alert.fired_at, alert.ending)
            if alert.rule_revision == rule.revision
            else None
            for alert_id, alert in found.items()
        }
        movement.reconcile(
            start, history, recorded, self._clock(), by_clock=occasion.by_clock, until=until
        )

    def _received(self, movement: Movement, start: Position) -> tuple[list[Received], int]:
        """What is stored from `start` on, or as much of it as is looked at together, and until when
        it is complete, in ms since the epoch."""
        received: list[Received] = []
        readings = 0
        for segment, received_at in self._stored.since(
            movement.device_id,
            movement.reads_from(start).timestamp,
            self._clock() + _AHEAD_MS,
            movement.state.longest_ms,
        ):
            if readings >= _MOST_READINGS and segment.first > start.timestamp:
                return received, segment.first
            received.append((segment, received_at))
            readings += len(segment.readings)
        return received, MAX_TIMESTAMP
