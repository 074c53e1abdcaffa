"""Rules kept in a function's memory for as long as nobody changes any."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from alerting.rules.definition import EVERY_DEVICE
from alerting.rules.model import Rule
from alerting.rules.ports import CacheVersion, Rules
from kernel.clock import MINUTE_MS, SECOND_MS, Clock

# A device's rules are found through an index, which is behind its table for a moment: what was
# changed so lately is looked up itself.
SETTLED_AFTER_MS = 5 * SECOND_MS
# An index that was further behind than that is not believed for ever.
BELIEVED_FOR_MS = 5 * MINUTE_MS
# A few hundred bytes each.
_MOST_DEVICES = 50_000


@dataclass(frozen=True, slots=True)
class _Entry:
    rules: Sequence[Rule]
    loaded_at: int


class RuleCache:
    """The rules that apply to a device."""

    def __init__(self, rules: Rules, clock: Clock) -> None:
        self._rules, self._clock = rules, clock
        self._version = CacheVersion()
        self._entries: dict[str, _Entry] = {}
        self._lately: Mapping[str, Rule | None] = {}

    def refresh(self) -> None:
        """Forget what is cached if any rule was changed since: from here on, changes count."""
        version = self._rules.cache_version()
        if version != self._version or len(self._entries) > _MOST_DEVICES:
            settled = self._clock() >= version.changed_at + SETTLED_AFTER_MS
            self._lately = {} if settled else self._rules.changed_lately()
            self._version, self._entries = version, {}

    def applying_to(self, device_id: str) -> list[Rule]:
        """The enabled rules for the device and for every device."""
        # By id: a rule on its way from one to the other may be found under both.
        found = {rule.rule_id: rule for key in (device_id, EVERY_DEVICE) for rule in self._of(key)}
        present = [rule for rule in {**found, **self._lately}.values() if rule is not None]
        return [
            rule
            for rule in present
            if rule.definition.enabled and rule.definition.applies_to(device_id)
        ]

    def current(self, rule_id: str) -> Rule | None:
        """The rule as it is at this moment, whatever is cached; None if it is gone."""
        return self._rules.get(rule_id)

    def is_current(self, rule: Rule) -> bool:
        """Whether the rule watches at this moment as it did when it was read."""
        present = self.current(rule.rule_id)
        return present is not None and present.revision == rule.revision

    def _of(self, device_id: str) -> Sequence[Rule]:
        now = self._clock()
        entry = self._entries.get(device_id)
        if entry is None or now - entry.loaded_at >= BELIEVED_FOR_MS:
            entry = _Entry(self._rules.of_device(device_id), now)
            self._entries[device_id] = entry
        return entry.rules
