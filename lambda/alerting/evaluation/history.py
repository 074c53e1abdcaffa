"""The stored readings that count: those that arrived under the rule, and in time."""

from collections import deque
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from itertools import groupby

from readings.model import Position, Reading, Segment, is_backfill

Received = tuple[Segment, int]
"""A segment, and when it was received, in ms since the epoch."""
Arrival = tuple[int, int]
"""When a segment's last reading was taken, and when it was received, in ms since the epoch."""
Placed = tuple[Position, Reading]
"""A reading, and its place among those of its device: working that out once is enough."""


@dataclass(frozen=True, slots=True)
class History:
    """A device's readings in order of position, each once; `too_late` are those that do not count.

    Which readings count depends on when they were received and on nothing else, so looking again
    finds the same, whatever was evaluated in which order.
    """

    readings: Sequence[Placed]
    too_late: frozenset[Position]

    @classmethod
    def of(
        cls,
        received: Iterable[Received],
        effective_at: int,
        lateness_ms: int,
        concerns: Callable[[Reading], bool] = lambda _: True,
        others: Sequence[Arrival] = (),
    ) -> "History":
        """The history under a rule that watches since `effective_at`, in ms since the epoch.

        lateness_ms: how far a reading may be behind the newest one received before it. concerns:
        which readings the rule looks at; the rest only makes these late, and so does what `others`
        names.
        """
        counting: dict[Position, Reading] = {}
        too_late: set[Position] = set()
        newest = 0
        overtaking = deque(sorted(others, key=lambda one: one[1]))
        in_order_of_receipt = sorted(received, key=lambda one: one[1])
        for received_at, arrivals in groupby(in_order_of_receipt, key=lambda one: one[1]):
            segments = [segment for segment, _ in arrivals]
            while overtaking and overtaking[0][1] < received_at:
                newest = max(newest, overtaking.popleft()[0])
            # What was received at the same moment does not make each other late.
            limit = newest - lateness_ms
            newest = max([newest, *(segment.last for segment in segments)])
            if received_at < effective_at:
                continue
            for segment in segments:
                for reading in segment.readings:
                    if is_backfill(reading.timestamp, received_at) or not concerns(reading):
                        continue
                    position = reading.position
                    # Of a reading that was sent again, the first arrival decides.
                    if position in counting or position in too_late:
                        continue
                    if reading.timestamp < limit:
                        too_late.add(position)
                    else:
                        counting[position] = reading
        return cls([(place, counting[place]) for place in sorted(counting)], frozenset(too_late))
