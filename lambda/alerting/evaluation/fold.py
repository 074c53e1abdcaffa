"""What a rule makes of one device's readings, reading by reading."""

from collections.abc import Iterable, Iterator
from typing import Protocol

from alerting.alerts.model import Alert
from alerting.evaluation.timeline import Checkpoint, Standing
from alerting.rules.model import Rule
from kernel.clock import SECOND_MS
from readings.model import Position, Reading


class Watch(Protocol):
    """A rule's condition, applied to one device."""

    def concerns(self, reading: Reading) -> bool:
        """Whether the reading says anything about the condition."""

    def after(self, standing: Standing, reading: Reading) -> Standing:
        """Where the rule stands after the reading that comes next."""

    def fired(self, before: Standing, after: Standing, reading: Reading) -> Alert | None:
        """The alert of that step; of a silence, ended by the reading."""

    def changes(self, base: Checkpoint, following: Checkpoint | None, reading: Reading) -> bool:
        """Whether a reading between two checkpoints changes anything that comes after it.

        It is None where the second one is still to come. The answer is never wrongly no.
        """

    def reads_from(self, base: Checkpoint, start: Position) -> Position:
        """From where the store must be read to tell anew what follows a checkpoint.

        start: what comes before it is told already.
        """

    def note(self, checkpoints: list[Checkpoint], reached: Checkpoint) -> None:
        """Add a checkpoint if there is need of it."""

    def candidate(self, standing: Standing, reading: Reading) -> str | None:
        """The id of the alert that this step could have fired, had other readings been there."""

    def candidates(self, base: Standing, readings: Iterable[Reading]) -> Iterator[str]:
        """The ids of all alerts that any of these readings, not knowing the others, could fire."""

    def contradicted_at(
        self, standing: Standing, reading: Reading, interrupted_at: int | None
    ) -> int:
        """When that was which kept this step from firing its candidate, in ms.

        interrupted_at: when the condition did last not hold, if that is known.
        """


def cooled_at(rule: Rule, standing: Standing) -> int:
    if standing.fired_at is None:
        return 0
    return standing.fired_at + rule.definition.cooldown_seconds * SECOND_MS


def alert_of(rule: Rule, device_id: str, alert_id: str, fired_at: int) -> Alert:
    definition = rule.definition
    return Alert(
        alert_id=alert_id,
        rule_id=rule.rule_id,
        rule_name=definition.name,
        rule_revision=rule.revision,
        device_id=device_id,
        severity=definition.severity,
        condition=definition.condition,
        fired_at=fired_at,
    )
