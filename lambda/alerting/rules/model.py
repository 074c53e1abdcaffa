"""Rules: definitions that were made, and since when they watch."""

from dataclasses import dataclass
from typing import Any

from alerting.rules.definition import RuleDefinition
from alerting.rules.identity import digest


@dataclass(frozen=True, slots=True)
class Rule:
    """A rule that was made, its times in ms since the epoch.

    effective_at: since when it watches as it does now; a new name or severity leaves it alone.
    """

    rule_id: str
    definition: RuleDefinition
    created_at: int
    updated_at: int
    effective_at: int

    @classmethod
    def new(cls, definition: RuleDefinition, now: int, ordinal: int = 0) -> "Rule":
        """A rule whose id is its content: the same definition sent again makes the same rule.

        ordinal: tells it from rules that began with this definition and have another one now.
        """
        rule_id = digest([definition.described(), ordinal])
        return cls(rule_id, definition, created_at=now, updated_at=now, effective_at=now)

    def replaced_by(self, definition: RuleDefinition, now: int) -> "Rule":
        """The rule with another definition."""
        same = definition.watches_as(self.definition)
        effective_at = self.effective_at if same else now
        return Rule(self.rule_id, definition, self.created_at, now, effective_at)

    @property
    def revision(self) -> str:
        """Changes whenever the rule begins to watch in another way."""
        definition = self.definition
        watching = [definition.device_id, definition.condition.described(), definition.enabled]
        return digest([*watching, self.effective_at])

    def described(self) -> dict[str, Any]:
        """The rule as callers see it."""
        return {
            "rule_id": self.rule_id,
            **self.definition.described(),
            "created_at": self.created_at,
            "updated_at": self.updated_at,
        }
