"""Why a state is looked at: readings that arrived, or the clock."""

from abc import ABC, abstractmethod
from collections.abc import Callable

from alerting.evaluation.movement import Movement
from alerting.evaluation.state import News
from kernel.clock import Clock
from readings.model import Position

OutOfTime = Callable[[], bool]
Overtaken = Callable[[str, News, Position], set[Position]]


class Occasion(ABC):
    """Why a state is looked at.

    late: readings that came too late. fired_before: alerts that are there though the state does not
    know. by_clock: whether silence is looked for.
    """

    by_clock = False

    def __init__(self, out_of_time: OutOfTime) -> None:
        self.out_of_time = out_of_time
        self.late: set[Position] = set()
        self.fired_before: frozenset[str] = frozenset()

    @abstractmethod
    def begin(self, movement: Movement) -> Position | None:
        """From where on the movement must look at what is stored; None if it need not."""

    def sift(self, _start: Position) -> bool:
        """Whether there is now less to look at than `begin` said."""
        return False


class Look(Occasion):
    """The clock."""

    by_clock = True

    def __init__(self, clock: Clock, out_of_time: OutOfTime) -> None:
        super().__init__(out_of_time)
        self._clock = clock

    def begin(self, movement: Movement) -> Position | None:
        """From where on to look for silence."""
        return movement.look(self._clock())


class ReadingsArrived(Occasion):
    """Readings that arrived."""

    def __init__(
        self, device_id: str, news: News, out_of_time: OutOfTime, overtaken: Overtaken
    ) -> None:
        super().__init__(out_of_time)
        self._device_id, self._news, self._overtaken = device_id, news, overtaken
        self._sifted = False

    def begin(self, movement: Movement) -> Position | None:
        """From where on the readings change anything."""
        start = movement.take_in(self._news)
        self.late.update(movement.forgotten)
        return start

    def sift(self, start: Position) -> bool:
        """Leave out what came too late for sure, if that may be why it is to be looked at."""
        if self._sifted or start not in self._news.received_at:
            return False
        self._sifted = True
        late = self._overtaken(self._device_id, self._news, start)
        self._news = self._news.without(late)
        self.late |= late
        return bool(late)
