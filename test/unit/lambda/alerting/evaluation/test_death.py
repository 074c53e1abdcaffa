"""A function dies at any point, and what it was at comes again: nothing is lost or another."""

from itertools import count

import pytest
from samples.alerting_in_memory import Alerting, Functions
from samples.alerting_outcomes import outcome, serial_outcomes
from samples.alerting_races import SITUATIONS


class Died(BaseException):
    """The function is no more; nothing catches that."""


class Mortal:
    """A port at which a function dies: before what it asks is done, or after."""

    def __init__(self, port, fate, *, after):
        self._port, self._fate, self._after = port, fate, after

    def __getattr__(self, name):
        method = getattr(self._port, name)

        def asked(*arguments):
            if not self._after:
                self._fate()
            answer = method(*arguments)
            if self._after:
                self._fate()
            return answer

        return asked


class Fate:
    """Death at one point of all that are passed."""

    def __init__(self, point):
        self.points_passed, self._point = 0, point

    def __call__(self):
        self.points_passed += 1
        if self.points_passed == self._point:
            raise Died


def died(situation, side, point, *, after):
    """The outcome where a side dies at a point, the other side comes, and then the first again."""
    race = Alerting()
    sides, fate = situation(race), Fate(point)
    ports = race.ports.each(lambda port: Mortal(port, fate, after=after))
    steps = list(sides[side])
    try:
        mortal = Functions(ports, race.clock)
        while steps:
            steps[0](mortal)
            steps.pop(0)
    except Died:
        pass
    for step in [*sides[1 - side], *steps]:
        step(race)
    # Who dies between telling and remembering it tells again: SNS promises no more.
    return outcome(race, told_once=False), fate.points_passed


@pytest.mark.parametrize("after", [False, True], ids=["before_it_is_done", "after_it_is_done"])
@pytest.mark.parametrize("side", [0, 1], ids=["the_first_dies", "the_second_dies"])
@pytest.mark.parametrize("situation", SITUATIONS, ids=lambda situation: situation.__name__)
def test_what_comes_again_ends_what_was_begun_when_a_device(situation, side, after):
    allowed = serial_outcomes(situation)
    for point in count(1):
        met, points_passed = died(situation, side, point, after=after)
        if points_passed < point:
            break
        assert met in allowed, f"died at point {point}"
    assert point > 2
