"""What the alerting use cases need from the world."""

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol

from alerting.history import Arrival, Received
from alerting.model import Alert, Rule
from alerting.movement import Movement
from alerting.rule_state import RuleState
from kernel.clock import MINUTE_MS, SECOND_MS
from kernel.errors import Conflict

# Indexes show a change only a moment later.
FOLLOWED_UP_AFTER_MS = 10 * SECOND_MS
# Whoever had read the rule just before may fire it still, for as long as a function can run.
FOLLOWED_UP_AGAIN_AFTER_MS = 15 * MINUTE_MS + FOLLOWED_UP_AFTER_MS

DeviceRule = tuple[str, str]
"""A device's id and a rule's."""


class Superseded(Conflict):
    """What a decision was made on is no longer so: look again and decide again."""


class FiredBefore(Conflict):
    """Alerts that were taken for new are there already; `alert_ids` names them."""

    def __init__(self, alert_ids: Collection[str]) -> None:
        super().__init__("Alerts were fired before.")
        self.alert_ids = frozenset(alert_ids)


@dataclass(frozen=True, slots=True)
class Edition:
    """How often the rules were changed, and when last, in ms since the epoch."""

    changes: int = 0
    changed_at: int = 0


class Rules(Protocol):
    """The rules as evaluation needs them."""

    def edition(self) -> Edition:
        """The present edition, whoever changed a rule last."""

    def of_device(self, device_id: str) -> Sequence[Rule]:
        """The rules made for exactly this device, or for `*`; seconds behind at most."""

    def changed_lately(self) -> Mapping[str, Rule | None]:
        """The rules whose changes nobody followed up yet, by id, as they are at this moment."""

    def get(self, rule_id: str) -> Rule | None:
        """The rule as it is at this moment."""


class RuleBook(Rules, Protocol):
    """The rules, and how they are changed: every change is followed up, see ChangedRules."""

    def create(self, rule: Rule) -> Rule:
        """Keep a new rule; returns the one that has its id already, if there is one."""

    def replace(self, rule: Rule, present: Rule) -> None:
        """Keep the rule in place of the present one; raises Superseded if it is another by now."""

    def delete(self, present: Rule, now: int) -> None:
        """Remove the rule; raises Superseded if it is another by now."""

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


class ChangedRules(Protocol):
    """Changes of rules whose consequences are still to be drawn."""

    def pending(self, now: int) -> Iterator[RuleChange]:
        """Changes whose consequences are to be drawn by now."""

    def done(self, change: RuleChange) -> None:
        """Put the change off until it is due again, or forget it if it was drawn again; neither if
        the rule was changed meanwhile."""


@dataclass(frozen=True, slots=True)
class Held:
    """A state as it is kept, and which write it is of; `version` 0 was never written."""

    state: RuleState | None = None
    version: int = 0


class RuleStates(Protocol):
    """Where the rules stand, by device and rule."""

    def held(self, keys: Collection[DeviceRule]) -> Mapping[DeviceRule, Held]:
        """What is kept under these keys at this moment; every key has an answer."""

    def commit(self, movement: Movement, held: Held, now: int) -> Held:
        """Keep where a movement ends, its alerts with it: all, or nothing.

        Alerts that have expired meanwhile are left alone. Raises Superseded if the state was moved
        by someone else, and FiredBefore.
        """

    def unwatch(self, key: DeviceRule, held: Held, now: int) -> None:
        """Look no more whether the device is silent; raises Superseded."""

    def to_check(self, now: int) -> Iterator[DeviceRule]:
        """States that wait for a look whether the device is silent, the longest waiting first."""

    def watched(self, rule_id: str) -> Iterator[DeviceRule]:
        """Every state of the rule that waits for such a look, however late."""


@dataclass(frozen=True, slots=True)
class AlertQuery:
    """Alerts with `start <= fired_at < end`, newest first, strictly after a position if given."""

    start: int
    end: int
    device_id: str | None = None
    rule_id: str | None = None
    status: str | None = None
    after: str | None = None


class Alerts(Protocol):
    """The alerts of the last 90 days."""

    def listed(self, query: AlertQuery) -> Iterator[tuple[str, Alert | None]]:
        """The alerts of a query, each with its position; None for one that was looked at and does
        not qualify. Taking more of them reads more."""

    def open_alerts(self, rule_id: str) -> Iterator[Alert]:
        """The rule's alerts that are not resolved."""

    def found(self, alert_ids: Collection[str]) -> Mapping[str, Alert]:
        """Those of these alerts that are there at this moment, by id."""

    def resolve(self, alert_id: str, resolved_at: int) -> None:
        """End an alert; one that has ended already stays as it is."""

    def unannounced(self, kept_before: int) -> Iterator[Alert]:
        """Alerts kept before a moment that nobody was told of."""

    def announced(self, alert_id: str) -> None:
        """Remember that people were told."""


class StoredReadings(Protocol):
    """The readings that were processed, with all that processing adds."""

    def since(self, device_id: str, start: int, end: int, longest_ms: int) -> Iterable[Received]:
        """Every segment with a reading from `start` up to `end`, in ms since the epoch, as stored
        at this moment, with the moment it was received.

        longest_ms: segments that span more may be missed.
        """

    def newest(self, device_id: str, start: int, end: int) -> Iterator[Arrival]:
        """The segments with a reading from `start` up to `end`, in ms since the epoch, newest
        first; taking more of them reads more."""


class Notifications(Protocol):
    """How people are told of alerts."""

    def publish(self, alert: Alert) -> None:
        """Tell whoever subscribed."""
