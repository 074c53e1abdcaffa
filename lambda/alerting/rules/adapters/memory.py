"""The ports of rules, met in memory: for tests, with the same promises as the real ones."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace

from alerting.errors import StaleVersion
from alerting.rules.model import Rule
from alerting.rules.ports import CacheVersion, RuleChange


class MemoryRuleBook:
    """Rules in a dictionary."""

    def __init__(self) -> None:
        self.rules: dict[str, Rule] = {}
        self.changes: dict[str, RuleChange] = {}
        self._cache_version = CacheVersion()

    def cache_version(self) -> CacheVersion:
        """The present version."""
        return self._cache_version

    def of_device(self, device_id: str) -> Sequence[Rule]:
        """The rules made for exactly this device, or for `*`."""
        return [rule for rule in self._ordered() if rule.definition.device_id == device_id]

    def changed_lately(self) -> Mapping[str, Rule | None]:
        """The rules whose changes nobody followed up yet, by id, as they are at this moment."""
        return {
            rule_id: self.rules.get(rule_id)
            for rule_id, change in self.changes.items()
            if not change.again
        }

    def get(self, rule_id: str) -> Rule | None:
        """The rule as it is at this moment."""
        return self.rules.get(rule_id)

    def create(self, rule: Rule) -> Rule:
        """Keep a new rule; returns the one that has its id already, if there is one."""
        if rule.rule_id not in self.rules:
            self._changed(rule.rule_id, rule.updated_at)
        return self.rules.setdefault(rule.rule_id, rule)

    def replace(self, rule: Rule, present: Rule) -> None:
        """Keep the rule in place of the present one; raises StaleVersion if that has changed."""
        self._require(present)
        self.rules[rule.rule_id] = rule
        self._changed(rule.rule_id, rule.updated_at)

    def delete(self, present: Rule, now: int) -> None:
        """Remove the rule; raises StaleVersion if it is another by now."""
        self._require(present)
        del self.rules[present.rule_id]
        self._changed(present.rule_id, now)

    def listed(self, device_id: str | None, after: str | None) -> Iterator[tuple[str, Rule]]:
        """The rules of one device or all, each with its position, strictly after one if given."""
        for rule in self._ordered():
            asked_for = device_id in (None, rule.definition.device_id)
            if asked_for and (after is None or _place(rule) > after):
                yield _place(rule), rule

    def pending(self, now: int) -> Iterator[RuleChange]:
        """Changes whose consequences are to be drawn by now, the longest waiting first."""
        due = [change for change in self.changes.values() if change.due <= now]
        yield from sorted(due, key=lambda change: change.due)

    def done(self, change: RuleChange) -> None:
        """Put the change off, or forget it, unless the rule was changed meanwhile."""
        if self.changes.get(change.rule_id) != change:
            return
        if change.again:
            del self.changes[change.rule_id]
        else:
            self.changes[change.rule_id] = replace(change, again=True)

    def _ordered(self) -> list[Rule]:
        return sorted(self.rules.values(), key=_place)

    def _require(self, present: Rule) -> None:
        if self.rules.get(present.rule_id) != present:
            raise StaleVersion("The rule was changed by someone else.")

    def _changed(self, rule_id: str, now: int) -> None:
        self._cache_version = CacheVersion(self._cache_version.changes + 1, now)
        self.changes[rule_id] = RuleChange(rule_id, now)


def _place(rule: Rule) -> str:
    return f"{rule.created_at:013d}#{rule.rule_id}"
