"""Rules and alerts: what is watched for, and what was seen."""

import hashlib
import operator
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from kernel import exact_json
from kernel.clock import DAY_MS, SECOND_MS
from readings.metrics import Metric
from readings.model import Reading

EVERY_DEVICE = "*"
SEVERITIES = ("info", "warning", "critical")
DEFAULT_SEVERITY = "warning"
ALERTS_KEPT_MS = 90 * DAY_MS
TRIGGERED, RESOLVED = "triggered", "resolved"
STATUSES = (TRIGGERED, RESOLVED)

_COMPARISONS: Mapping[str, Callable[[Any, Any], bool]] = {
    ">": operator.gt,
    ">=": operator.ge,
    "<": operator.lt,
    "<=": operator.le,
    "==": operator.eq,
    "!=": operator.ne,
}
OPERATORS = tuple(_COMPARISONS)
# The operators that have a direction, and so a place where an alert can end later than it began.
ORDERING_OPERATORS = (">", ">=", "<", "<=")


@dataclass(frozen=True, slots=True)
class Threshold:
    """A metric compared with a value, for `duration_seconds` without interruption.

    clear_threshold: once an alert is open, what the metric is compared with instead.
    """

    metric: str
    operator: str
    threshold: Metric
    duration_seconds: int = 0
    clear_threshold: Decimal | None = None

    def value_in(self, reading: Reading) -> Metric | None:
        """What the reading says of the metric; a value of another kind than the threshold's says
        nothing."""
        value = reading.metrics.get(self.metric)
        return value if type(value) is type(self.threshold) else None

    @property
    def clears_too_early(self) -> bool:
        """Whether an alert would end while what fired it still holds."""
        clear = self.clear_threshold
        if clear is None or not isinstance(self.threshold, Decimal):
            return False
        rising = self.operator.startswith(">")
        return clear > self.threshold if rising else clear < self.threshold

    def holds(self, value: Metric, *, alert_open: bool) -> bool:
        """Whether the condition holds for a value of the metric."""
        limit = self.threshold
        if alert_open and self.clear_threshold is not None:
            limit = self.clear_threshold
        return _COMPARISONS[self.operator](value, limit)

    def described(self) -> dict[str, Any]:
        """The condition as callers see it."""
        content: dict[str, Any] = {
            "metric": self.metric,
            "operator": self.operator,
            "threshold": self.threshold,
            "duration": self.duration_seconds,
        }
        if self.clear_threshold is not None:
            content["clear_threshold"] = self.clear_threshold
        return content


@dataclass(frozen=True, slots=True)
class Silence:
    """No reading for `seconds`; with a metric, none that has it."""

    seconds: int
    metric: str | None = None

    @property
    def limit_ms(self) -> int:
        """How long the silence may last, in ms."""
        return self.seconds * SECOND_MS

    def is_broken_by(self, reading: Reading) -> bool:
        """Whether the reading is one that was waited for."""
        return self.metric is None or self.metric in reading.metrics

    def described(self) -> dict[str, Any]:
        """The condition as callers see it."""
        content: dict[str, Any] = {"no_data": self.seconds}
        if self.metric is not None:
            content["metric"] = self.metric
        return content


Condition = Threshold | Silence


@dataclass(frozen=True, slots=True)
class RuleDefinition:
    """What a caller says of a rule; `device_id` is a device's or `*`."""

    device_id: str
    condition: Condition
    severity: str = DEFAULT_SEVERITY
    cooldown_seconds: int = 0
    enabled: bool = True
    name: str | None = None
    description: str | None = None

    def described(self) -> dict[str, Any]:
        """The definition as callers see it."""
        content = {
            "device_id": self.device_id,
            **self.condition.described(),
            "cooldown": self.cooldown_seconds,
            "severity": self.severity,
            "enabled": self.enabled,
        }
        texts = {"name": self.name, "description": self.description}
        return content | {name: text for name, text in texts.items() if text is not None}

    def applies_to(self, device_id: str) -> bool:
        """Whether the rule is for this device."""
        return self.device_id in (device_id, EVERY_DEVICE)

    def watches_as(self, other: "RuleDefinition") -> bool:
        """Whether both watch the same devices for the same condition."""
        return self._watching() == other._watching()

    def says_the_same_as(self, other: "RuleDefinition") -> bool:
        """Whether callers see no difference; `==` takes 1 and true for the same threshold."""
        return exact_json.dumps(self.described()) == exact_json.dumps(other.described())

    def _watching(self) -> str:
        return exact_json.dumps([self.device_id, self.condition.described(), self.enabled])


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
        rule_id = _digest([definition.described(), ordinal])
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
        return _digest([*watching, self.effective_at])

    def described(self) -> dict[str, Any]:
        """The rule as callers see it."""
        return {
            "rule_id": self.rule_id,
            **self.definition.described(),
            "created_at": self.created_at,
            "updated_at": self.updated_at,
        }


@dataclass(frozen=True, slots=True)
class Ending:
    """How an alert ended, if it did; times in ms since the epoch.

    contradicted_at: when the reading was, come late, by which the alert should not have fired; the
    alert ended at that reading.
    """

    resolved_at: int | None = None
    contradicted_at: int | None = None


@dataclass(frozen=True, slots=True)
class Alert:
    """A condition that was met, its times in ms since the epoch of the readings.

    actual_value: the metric's value that fired it; None where silence did.
    last_reading_at: the last reading before the silence; None if there was none.
    rule_revision: the rule as it watched then.
    contradicted_at: see Ending.
    """

    alert_id: str
    rule_id: str
    rule_name: str | None
    rule_revision: str
    device_id: str
    severity: str
    condition: Condition
    fired_at: int
    actual_value: Metric | None = None
    last_reading_at: int | None = None
    resolved_at: int | None = None
    contradicted_at: int | None = None

    @property
    def ending(self) -> Ending:
        """How it ended, if it did."""
        return Ending(self.resolved_at, self.contradicted_at)

    @property
    def status(self) -> str:
        """Whether the condition is still met."""
        return TRIGGERED if self.resolved_at is None else RESOLVED

    def described(self) -> dict[str, Any]:
        """The alert as callers and subscribers see it."""
        condition = self.condition.described()
        shown = ("metric", "operator", "threshold", "no_data")
        content = {
            "alert_id": self.alert_id,
            "rule_id": self.rule_id,
            "rule_name": self.rule_name,
            "device_id": self.device_id,
            **{name: condition[name] for name in shown if name in condition},
            "actual_value": self.actual_value,
            "last_reading_at": self.last_reading_at,
            "severity": self.severity,
            "status": self.status,
            "fired_at": self.fired_at,
            "resolved_at": self.resolved_at,
            "contradicted_at": self.contradicted_at,
        }
        return {name: value for name, value in content.items() if value is not None}


def alert_id_of(rule: Rule, device_id: str, cause: list[Any]) -> str:
    """The id of the one alert that a rule can fire for a device because of `cause`."""
    return _digest([rule.rule_id, device_id, *cause])


def _digest(content: list[Any]) -> str:
    return hashlib.blake2b(exact_json.dumps(content).encode(), digest_size=12).hexdigest()
