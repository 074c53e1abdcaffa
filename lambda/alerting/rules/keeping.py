"""Rules made, replaced and deleted by callers."""

from collections.abc import Callable
from contextlib import suppress
from itertools import count

from alerting.errors import StaleVersion
from alerting.rules.definition import RuleDefinition
from alerting.rules.identity import say_the_same
from alerting.rules.model import Rule
from alerting.rules.ports import RuleBook
from kernel.clock import Clock
from kernel.errors import NotFound

_ATTEMPTS = 5


class RuleKeeping:
    """Changes the rule book on callers' behalf."""

    def __init__(self, book: RuleBook, clock: Clock) -> None:
        self._book, self._clock = book, clock

    def create(self, definition: RuleDefinition) -> Rule:
        """The rule of this definition, made now unless there is one: a repeat makes no second."""
        for indexed in self._book.of_device(definition.device_id):
            if say_the_same(indexed.definition, definition):
                # The index may be behind: the rule may be another by now, or gone.
                current = self._book.get(indexed.rule_id)
                if current is not None and say_the_same(current.definition, definition):
                    return current
        now = self._clock()
        for ordinal in count():
            # The id is the content: repeats at the same moment meet in it.
            present = self._book.create(Rule.new(definition, now, ordinal))
            # A rule that began with this definition may have been given another one since.
            if say_the_same(present.definition, definition):
                return present
        raise AssertionError("count() does not end")

    def get(self, rule_id: str) -> Rule:
        """The rule; raises NotFound."""
        rule = self._book.get(rule_id)
        if rule is None:
            raise NotFound("There is no such rule.")
        return rule

    def replace(self, rule_id: str, definition: RuleDefinition) -> Rule:
        """The rule with its new definition; the same again changes nothing.

        Raises NotFound, and StaleVersion if others change the rule again and again.
        """

        def replaced(present: Rule) -> Rule:
            if say_the_same(present.definition, definition):
                return present
            rule = present.replaced_by(definition, self._clock())
            self._book.replace(rule, present)
            return rule

        return self._change(rule_id, replaced)

    def delete(self, rule_id: str) -> None:
        """Remove the rule; raises NotFound, and StaleVersion if others keep changing it."""

        def deleted(present: Rule) -> Rule:
            self._book.delete(present, self._clock())
            return present

        self._change(rule_id, deleted)

    def _change(self, rule_id: str, change: Callable[[Rule], Rule]) -> Rule:
        for _ in range(_ATTEMPTS - 1):
            with suppress(StaleVersion):
                return change(self.get(rule_id))
        return change(self.get(rule_id))
