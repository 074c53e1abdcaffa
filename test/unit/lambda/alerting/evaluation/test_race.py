"""Two sides at once: each runs whole at every point where the other speaks to a port."""

from collections.abc import Iterator
from itertools import count

import pytest
from samples.alerting_in_memory import Alerting, Functions
from samples.alerting_outcomes import outcome, serial_outcomes
from samples.alerting_races import SITUATIONS


class Interrupted:
    """A port where `interrupt` comes first whenever something is asked of it, or taken from it."""

    def __init__(self, port, interrupt):
        self._port, self._interrupt = port, interrupt

    def __getattr__(self, name):
        method = getattr(self._port, name)

        def asked(*arguments):
            self._interrupt()
            answer = method(*arguments)
            return self._taken(answer) if isinstance(answer, Iterator) else answer

        return asked

    def _taken(self, items):
        for item in items:
            yield item
            self._interrupt()


class Interruption:
    """Lets the other side run at one point of all that are passed."""

    def __init__(self, point, other):
        self.points_passed, self._point, self._other = 0, point, other

    def __call__(self):
        self.points_passed += 1
        if self.points_passed == self._point:
            self._other()


def interrupted(situation, side, point):
    """The outcome where all of the other side comes at a point, and how many points there were."""
    race = Alerting()
    sides = situation(race)

    def other_side():
        for step in sides[1 - side]:
            step(race)

    interruption = Interruption(point, other_side)
    ports = race.ports.each(lambda port: Interrupted(port, interruption))
    functions = Functions(ports, race.clock)
    for step in sides[side]:
        step(functions)
    return outcome(race), interruption.points_passed


@pytest.mark.parametrize("side", [0, 1], ids=["the_first_interrupted", "the_second_interrupted"])
@pytest.mark.parametrize("situation", SITUATIONS, ids=lambda situation: situation.__name__)
def test_the_outcome_is_that_of_one_after_the_other_when_a_device(situation, side):
    allowed = serial_outcomes(situation)
    for point in count(1):
        met, points_passed = interrupted(situation, side, point)
        if points_passed < point:
            break
        assert met in allowed, f"interrupted at point {point}"
    assert point > 2
