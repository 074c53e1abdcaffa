"""What the use cases about rules need from the world."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol

from alerting.rules.model import Rule
from kernel.clock import MINUTE_MS, SECOND_MS

# Indexes show a change only a moment later.
FOLLOWED_UP_AFTER_MS = 10 * SECOND_MS
# Whoever had read the rule just before may fire it still, for as long as a function can run.
FOLLOWED_UP_AGAIN_AFTER_MS = 15 * MINUTE_MS + FOLLOWED_UP_AFTER_MS


@dataclass(frozen=True, slots=True)
class CacheVersion:
    """How often the rules were changed, and when last, in ms since the epoch."""

    changes: int = 0
    changed_at: int = 0


class Rules(Protocol):
    """The rules as evaluation needs them."""

    def cache_version(self) -> CacheVersion:
        """The present version, whoever changed a rule last."""

    def of_device(self, device_id: str) -> Sequence[Rule]:
        """The rules made for exactly this device, or for `*`; seconds behind at most."""

    def changed_lately(self) -> Mapping[str, Rule | None]:
        """The rules whose changes nobody followed up yet, by id, as they are at this moment."""

    def get(self, rule_id: str) -> Rule | None:
        """The rule as it is at this moment."""


class RuleBook(Rules, Protocol):
    """The rules, and how they are changed: every change is followed up, see RuleChangeOutbox."""

    def create(self, rule: Rule) -> Rule:
        """Keep a new rule; returns the one that has its id already, if there is one."""

    def replace(self, rule: Rule, present: Rule) -> None:
        """Keep the rule in place of the present one; raises StaleVersion if that has changed."""

    def delete(self, present: Rule, now: int) -> None:
        """Remove the rule; raises StaleVersion if it is another by now."""

    def listed(self, device_id: str | None, after: str | None) -> Iterator[tuple[str, Rule]]:
        """The rules of one device or all, each with its position, strictly after one if given;
        taking more of them reads more."""


@dataclass(frozen=True, slots=True)
class RuleChange:
    """A rule that was changed or deleted, and when, in ms since the epoch.

    again: whether its consequences were drawn once, by the first sweep that saw it.
    """

    rule_id: str
    changed_at: int
    again: bool = False

    @property
    def due(self) -> int:
        """When to draw its consequences, in ms since the epoch."""
        wait = FOLLOWED_UP_AGAIN_AFTER_MS if self.again else FOLLOWED_UP_AFTER_MS
        return self.changed_at + wait


class RuleChangeOutbox(Protocol):
    """Changes of rules whose consequences are still to be drawn."""

    def pending(self, now: int) -> Iterator[RuleChange]:
        """Changes whose consequences are to be drawn by now, the longest waiting first."""

    def done(self, change: RuleChange) -> None:
        """Put the change off until it is due again, or forget it if it was drawn again; neither if
        the rule was changed meanwhile."""
