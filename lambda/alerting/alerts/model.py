"""Alerts: what rules have seen."""

from dataclasses import dataclass
from typing import Any

from alerting.rules.definition import Condition
from alerting.rules.identity import digest
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
    return digest([rule.rule_id, device_id, *cause])
