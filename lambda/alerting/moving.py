"""Moving rule states under optimistic locking: whoever comes second looks again."""

from collections.abc import Callable

from alerting.announcing import Announcer
from alerting.model import EVERY_DEVICE, Rule
from alerting.ports import Held, RuleStates, Superseded
from alerting.rule_cache import RuleCache
from alerting.rule_state import Movement
from kernel.clock import Clock
from kernel.errors import Unavailable

_ATTEMPTS = 8

Move = Callable[[Movement], None]


class Mover:
    """Moves one rule's state for one device, and announces the alerts that come of it."""

    def __init__(
        self, states: RuleStates, rules: RuleCache, announcer: Announcer, clock: Clock
    ) -> None:
        self._states, self._rules, self._announcer = states, rules, announcer
        self._clock = clock

    def move(self, rule: Rule, device_id: str, held: Held, move: Move) -> None:
        """Apply `move` until it changes nothing more, from whatever is kept by then.

        Raises Unavailable if others keep moving the same state.
        """
        present: Rule | None = rule
        for _ in range(_ATTEMPTS):
            # A rule that is for another device by now is none of this one's.
            if present is None or present.definition.device_id not in (device_id, EVERY_DEVICE):
                return
            try:
                self._move(present, device_id, held, move)
                return
            except Superseded:
                present = self._rules.current(rule.rule_id)
                key = (device_id, rule.rule_id)
                held = self._states.held([key])[key]
        raise Unavailable("The rule's state is moved by too many at once.")

    def _move(self, rule: Rule, device_id: str, held: Held, move: Move) -> None:
        while True:
            movement = Movement(rule, device_id, held.state)
            move(movement)
            if not movement.changed:
                return
            held = self._states.commit(movement, held, self._clock())
            self._announcer.announce(movement.fired.values())
