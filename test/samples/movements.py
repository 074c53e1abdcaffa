"""Movements of rule states, all readings of a device being those that a test names."""

from alerting.evaluation.history import History
from alerting.evaluation.movement import Movement
from alerting.evaluation.state import News
from samples.readings import START


def news(*readings, longest_ms=0):
    """Readings as evaluation brings them."""
    placed = sorted((one.position, one) for one in readings)
    return News(placed, {position: START for position, _ in placed}, longest_ms)


def moved(rule, *readings, before=None, device_id="device-1", now=START):
    """The movement that readings bring about."""
    movement = Movement(rule, device_id, before)
    start = movement.take_in(news(*readings))
    if start is not None:
        history = History(news(*readings).readings, frozenset())
        movement.reconcile(start, history, {}, now, by_clock=False)
    return movement
