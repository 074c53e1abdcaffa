"""Rules: definitions that were made, and since when they watch."""

from dataclasses import dataclass, field

from alerting.rules.definition import RuleDefinition
from alerting.rules.identity import revision_of, rule_id_of, watch_the_same
from kernel.clock import SECOND_MS


@dataclass(frozen=True, slots=True)
class Rule:
    """A rule that was made, its times in ms since the epoch.

    effective_at: since when it watches as it does now; a new name or severity leaves it alone.
    revision: changes whenever the rule begins to watch in another way.
    """

    rule_id: str
    definition: RuleDefinition
    created_at: int
    updated_at: int
    effective_at: int
    revision: str = field(init=False, repr=False)

    def __post_init__(self) -> None:
        """Work the digest out once: evaluation asks for it with every reading."""
        object.__setattr__(self, "revision", revision_of(self.definition, self.effective_at))

    def cooled_at(self, fired_at: int | None) -> int:
        """When it may fire again after an alert, if there was one."""
        return 0 if fired_at is None else fired_at + self.definition.cooldown_seconds * SECOND_MS

    @classmethod
    def new(cls, definition: RuleDefinition, now: int, ordinal: int = 0) -> "Rule":
        """A rule whose id is its content: the same definition sent again makes the same rule.

        ordinal: tells it from rules that began with this definition and have another one now.
        """
        rule_id = rule_id_of(definition, ordinal)
        return cls(rule_id, definition, created_at=now, updated_at=now, effective_at=now)

    def replaced_by(self, definition: RuleDefinition, now: int) -> "Rule":
        """The rule with another definition."""
        same = watch_the_same(definition, self.definition)
        effective_at = self.effective_at if same else now
        return Rule(self.rule_id, definition, self.created_at, now, effective_at)
