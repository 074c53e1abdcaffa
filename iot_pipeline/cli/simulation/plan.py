"""What a simulation is to send."""

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import count

from iot_pipeline.moments import ms_to_iso

MAX_DEVICES = 10_000
MAX_RATE_PER_SECOND = 10_000
MAX_DURATION_SECONDS = 3_600
MAX_SEED = 2**32 - 1

_GROUPS_PER_SECOND = 2
_MS = 1_000


@dataclass(frozen=True, slots=True)
class Plan:
    """How many devices send how much for how long, from when on.

    Raises ValueError where a device would have to send twice in a millisecond: those would be
    the same moment to the API.
    """

    devices: int
    rate_per_second: int
    duration_seconds: int
    seed: int
    start_ms: int

    def __post_init__(self) -> None:
        if self.rate_per_second > self.devices * _MS:
            raise ValueError(
                f"{self.rate_per_second:,} a second are too many for so few devices: "
                "each sends once a millisecond at most"
            )

    @property
    def total(self) -> int:
        """How many items there are in all."""
        return self.rate_per_second * self.duration_seconds

    @property
    def end_ms(self) -> int:
        """The moment that all items lie before."""
        return self.start_ms + self.duration_seconds * _MS

    @property
    def run(self) -> str:
        """The run's own name, which makes its devices nobody else's."""
        return f"sim-{self.seed}-{self.start_ms}"

    def moments_ms(self) -> Iterator[int]:
        """When each item is due: by the plan and not by the clock, so that no two share one."""
        return (self.start_ms + number * _MS // self.rate_per_second for number in count())

    def group_size(self, most: int) -> int:
        """How many items make a request, at most `most`: enough for two requests a second."""
        return min(most, max(1, self.rate_per_second // _GROUPS_PER_SECOND))

    def days(self) -> list[str]:
        """The days (UTC) that the items lie on, one or two."""
        moments = (self.start_ms, self.end_ms - 1)
        return sorted({ms_to_iso(moment)[: len("YYYY-MM-DD")] for moment in moments})
