"""Evaluation: readings that were stored meet the rules of their device."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from alerting.evaluation.history import Placed
from alerting.evaluation.moving import Mover
from alerting.evaluation.ports import DeviceRule, RuleStates, VersionedState
from alerting.evaluation.state import News
from alerting.rules.cache import RuleCache
from alerting.rules.model import Rule
from kernel import logs
from kernel.clock import iso_of
from readings.messages import ReadingMessage
from readings.model import Position, Reading, Segment, is_backfill, with_derived_metrics

# As many as are worth a look; the number of all stands beside them.
_MOST_LOGGED = 20


@dataclass(frozen=True, slots=True)
class Evaluated:
    """The devices that are not done: they failed, or there was no time for them."""

    failed: frozenset[str]
    left: frozenset[str]


@dataclass
class _DeviceNews:
    """What several messages bring of one device."""

    arrivals: list[tuple[int, int, list[Placed]]] = field(default_factory=list)
    replayed: bool = True

    def add(self, segment: Segment, message: ReadingMessage) -> None:
        """Add a segment; what is only filled in counts for no rule."""
        received_at = message.received_at
        readings = [
            (reading.position, with_derived_metrics(reading))
            for reading in segment.readings
            if not is_backfill(reading.timestamp, received_at)
        ]
        self.arrivals.append((received_at, segment.last - segment.first, readings))
        self.replayed = self.replayed and message.replay

    def under(self, rule: Rule) -> News:
        """What of it arrived under the rule."""
        readings: dict[Position, Reading] = {}
        received: dict[Position, int] = {}
        longest_ms = 0
        for received_at, span_ms, arrived in self.arrivals:
            if received_at >= rule.effective_at:
                longest_ms = max(longest_ms, span_ms)
                readings.update(arrived)
                for position, _ in arrived:
                    # Of a reading that was sent again, the first arrival decides.
                    received[position] = min(received.get(position, received_at), received_at)
        placed = [(position, readings[position]) for position in sorted(readings)]
        return News(placed, received, longest_ms)


class Evaluate:
    """Evaluates the readings of messages, each device once."""

    def __init__(self, rules: RuleCache, states: RuleStates, mover: Mover) -> None:
        self._rules, self._states, self._mover = rules, states, mover

    def __call__(
        self, messages: Iterable[ReadingMessage], out_of_time: Callable[[], bool]
    ) -> Evaluated:
        """Evaluate the messages; the same messages again change nothing.

        What one device makes fail keeps no other from being done.
        """
        self._rules.refresh()
        news = _by_device(messages)
        applying = {device_id: self._rules.applying_to(device_id) for device_id in news}
        loaded = self._states.load(
            [(device_id, rule.rule_id) for device_id, rules in applying.items() for rule in rules]
        )
        failed: set[str] = set()
        left: set[str] = set()
        for device_id, rules in applying.items():
            if out_of_time():
                left.add(device_id)
                continue
            try:
                self._evaluate(device_id, rules, news[device_id], loaded, out_of_time)
            except Exception:
                logs.error("device_not_evaluated", device_id=device_id)
                failed.add(device_id)
        return Evaluated(frozenset(failed), frozenset(left))

    def _evaluate(
        self,
        device_id: str,
        rules: Sequence[Rule],
        news: _DeviceNews,
        loaded: Mapping[DeviceRule, VersionedState],
        out_of_time: Callable[[], bool],
    ) -> None:
        late: set[Position] = set()
        for rule in rules:
            arrived = news.under(rule)
            if arrived.readings:
                key = (device_id, rule.rule_id)
                late |= self._mover.take_in(rule, device_id, loaded[key], arrived, out_of_time)
        # What is processed again was logged when it was new.
        if late and not news.replayed:
            moments = sorted(position.timestamp for position in late)
            logs.warning(
                "readings_too_late",
                device_id=device_id,
                readings=len(late),
                taken_at=[iso_of(moment) for moment in moments[:_MOST_LOGGED]],
            )


def _by_device(messages: Iterable[ReadingMessage]) -> dict[str, _DeviceNews]:
    found: dict[str, _DeviceNews] = {}
    for message in messages:
        for segment in message.segments:
            found.setdefault(segment.device_id, _DeviceNews()).add(segment, message)
    return found
