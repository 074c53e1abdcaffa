"""Where a rule stood for one device, at a few positions of its readings: what news can change.

A checkpoint holds until the next one, unless it is `opaque`: then what lay between them was
forgotten, and only the stored readings bring it back. The further back, the fewer checkpoints are
kept: of those whose ages lie between one power of four and the next, the first and the last. So a
reading that comes late is folded in from at most four times as far back as it is late, and a
hundred alerts a minute leave some twenty checkpoints, not thousands.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from kernel.clock import DAY_MS
from readings.model import BACKFILL_AFTER_MS, Position

# Older readings are backfill when they arrive. A message may wait before it is evaluated: four days
# in its queue, and fourteen as a dead letter.
REMEMBERED_MS = BACKFILL_AFTER_MS + 18 * DAY_MS
BEGINNING = Position(0, "")


@dataclass(frozen=True, slots=True)
class Snapshot:
    """What a rule makes of a device's readings up to a position; times in ms since the epoch.

    holding_since: when a condition with a duration began to hold, if it does.
    open_alert: the alert whose condition holds; None for silence, which time ends and begins.
    fired_at: of the latest alert.
    watched: whether the device's silence counts; `heard_at` is its latest reading, if any counted.
    """

    holding_since: int | None = None
    open_alert: str | None = None
    fired_at: int | None = None
    watched: bool = False
    heard_at: int | None = None


@dataclass(frozen=True, slots=True)
class Checkpoint:
    """Where the rule stood after the reading at a position."""

    position: Position
    snapshot: Snapshot
    opaque: bool = False


@dataclass(frozen=True, slots=True)
class Timeline:
    """Checkpoints in order of position; there is always one."""

    checkpoints: tuple[Checkpoint, ...]

    @classmethod
    def beginning(cls, snapshot: Snapshot) -> "Timeline":
        """Before any reading."""
        return cls((Checkpoint(BEGINNING, snapshot),))

    @classmethod
    def of(cls, checkpoints: Sequence[Checkpoint]) -> "Timeline":
        """As much of these checkpoints as is worth remembering."""
        return cls(_thinned(checkpoints))

    @property
    def last(self) -> Checkpoint:
        """The newest checkpoint: what came after it changed nothing."""
        return self.checkpoints[-1]

    def knows(self, position: Position) -> bool:
        """Whether the reading at this position made a checkpoint."""
        return any(checkpoint.position == position for checkpoint in self.checkpoints)

    def before(self, position: Position) -> int | None:
        """Which checkpoint a reading comes after; None if that was too long ago."""
        for index in reversed(range(len(self.checkpoints))):
            if self.checkpoints[index].position < position:
                return index
        return None

    def following(self, index: int) -> Checkpoint | None:
        """The checkpoint after another one."""
        return self.checkpoints[index + 1] if index + 1 < len(self.checkpoints) else None

    def until(self, index: int) -> list[Checkpoint]:
        """The checkpoints up to one after which everything is found out anew."""
        return [*self.checkpoints[:index], replace(self.checkpoints[index], opaque=False)]


def _thinned(checkpoints: Sequence[Checkpoint]) -> tuple[Checkpoint, ...]:
    newest = checkpoints[-1].position.timestamp
    oldest_kept = max(
        (
            index
            for index, checkpoint in enumerate(checkpoints)
            if checkpoint.position.timestamp < newest - REMEMBERED_MS
        ),
        default=0,
    )
    kept: list[Checkpoint] = []
    age_of_last = None
    alone = True
    for checkpoint in checkpoints[oldest_kept:]:
        age = (newest - checkpoint.position.timestamp).bit_length() // 2
        if age != age_of_last:
            age_of_last, alone = age, True
        elif alone:
            alone = False
        else:
            # The one in between is forgotten, and with it what came after it.
            kept.pop()
            kept[-1] = replace(kept[-1], opaque=True)
        kept.append(checkpoint)
    return tuple(kept)
