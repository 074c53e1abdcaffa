from threading import Barrier

import pytest

from kernel.side_by_side import side_by_side

AT_ONCE = 4
LIMIT_SECONDS = 30


def never():
    return False


class Meeting:
    """Tasks that wait for each other, and what had been drawn each time when all were there."""

    def __init__(self):
        self.drawn, self.drawn_at_meetings = 0, []
        self._barrier = Barrier(AT_ONCE, self._met, LIMIT_SECONDS)

    def tasks(self, number):
        for _ in range(number):
            self.drawn += 1
            yield self._barrier.wait

    def _met(self):
        self.drawn_at_meetings.append(self.drawn)


def test_so_many_tasks_are_under_way_together_and_no_more_are_drawn():
    meeting = Meeting()
    assert side_by_side(meeting.tasks(3 * AT_ONCE), AT_ONCE, never)
    assert meeting.drawn_at_meetings == [AT_ONCE, 2 * AT_ONCE, 3 * AT_ONCE]


def test_fewer_tasks_than_may_be_under_way_are_all_carried_out():
    done = []
    assert side_by_side([lambda: done.append(1)], AT_ONCE, never)
    assert side_by_side([], AT_ONCE, never)
    assert done == [1]


def test_no_task_is_begun_once_time_is_up():
    done, asked = [], iter([False, False])
    tasks = (lambda n=n: done.append(n) for n in range(100))
    assert not side_by_side(tasks, AT_ONCE, lambda: next(asked, True))
    assert sorted(done) == [0, 1]


def test_what_drawing_raises_is_raised_once_those_under_way_are_done():
    done = []

    def tasks():
        yield lambda: done.append(1)
        raise ConnectionError("away")

    with pytest.raises(ConnectionError):
        side_by_side(tasks(), AT_ONCE, never)
    assert done == [1]


def test_what_a_task_raises_is_raised_once_the_others_are_done():
    done = []

    def fail():
        raise ValueError("broken")

    with pytest.raises(ValueError, match="broken"):
        side_by_side([fail, *[lambda: done.append(1)] * 9], AT_ONCE, never)
    assert len(done) == 9
