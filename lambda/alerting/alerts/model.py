"""Alerts: what rules have seen."""

from dataclasses import dataclass

from alerting.rules.definition import Condition
from alerting.rules.model import Rule
from kernel.clock import DAY_MS
from readings.metrics import Metric

ALERTS_KEPT_MS = 90 * DAY_MS
TRIGGERED, RESOLVED = "triggered", "resolved"
STATUSES = (TRIGGERED, RESOLVED)


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

    @classmethod
    def of(cls, rule: Rule, device_id: str, alert_id: str, fired_at: int) -> "Alert":
        """An alert that a rule fires."""
        said = rule.definition
        fired_by = rule.rule_id, said.name, rule.revision
        return cls(alert_id, *fired_by, device_id, said.severity, said.condition, fired_at)

    @property
    def ending(self) -> Ending:
        """How it ended, if it did."""
        return Ending(self.resolved_at, self.contradicted_at)

    @property
    def status(self) -> str:
        """Whether the condition is still met."""
        return TRIGGERED if self.resolved_at is None else RESOLVED
