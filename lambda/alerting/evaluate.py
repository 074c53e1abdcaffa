"""Evaluation: readings that were stored meet the rules of their device."""

from collections.abc import Callable
from functools import partial

from alerting.moving import Mover
from alerting.ports import RuleStates
from alerting.rule_cache import RuleCache
from alerting.rule_state import Movement
from kernel.clock import Clock
from kernel.errors import Unavailable
from telemetry.messages import ReadingMessage
from telemetry.model import Reading, is_backfill, with_derived_metrics


class Evaluate:
    """Evaluates the readings of one message."""

    def __init__(self, rules: RuleCache, states: RuleStates, mover: Mover, clock: Clock) -> None:
        self._rules, self._states, self._mover, self._clock = rules, states, mover, clock

    def __call__(self, message: ReadingMessage, out_of_time: Callable[[], bool]) -> None:
        """Evaluate the message; the same message again changes nothing.

        Raises Unavailable when the time is up before the last device: what was done stays done, and
        the message goes on from there when it comes again.
        """
        self._rules.refresh()
        readings = _live_readings(message)
        applying = {device_id: self._rules.applying_to(device_id) for device_id in readings}
        held = self._states.held(
            [(device_id, rule.rule_id) for device_id, rules in applying.items() for rule in rules]
        )
        for device_id, rules in applying.items():
            if out_of_time():
                raise Unavailable("There was no time for every device of the message.")
            take_in = partial(Movement.take_in, readings=readings[device_id], now=self._clock())
            for rule in rules:
                self._mover.move(rule, device_id, held[(device_id, rule.rule_id)], take_in)


def _live_readings(message: ReadingMessage) -> dict[str, list[Reading]]:
    """Each device's readings in strict order, without those that are only filled in."""
    by_device: dict[str, list[Reading]] = {}
    for segment in message.segments:
        for reading in segment.readings:
            if not is_backfill(reading.timestamp, message.received_at):
                live = with_derived_metrics(reading)
                by_device.setdefault(reading.device_id, []).append(live)
    for readings in by_device.values():
        readings.sort(key=lambda reading: reading.position)
    return by_device
