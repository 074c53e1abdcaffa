"""Alerts: conditions that were met."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Self

from iot_pipeline.answers import field_of, optional_field_of, value_of
from iot_pipeline.values import Value

TRIGGERED, RESOLVED = "triggered", "resolved"
STATUSES = (TRIGGERED, RESOLVED)


@dataclass(frozen=True, slots=True, kw_only=True)
class Alert:
    """One device's meeting one rule's condition, its times in epoch milliseconds.

    Where a threshold fired it, `metric`, `operator`, `threshold` and `actual_value` say how; where
    silence did, `no_data_seconds` and, unless the device never spoke, `last_reading_at_ms`.

    contradicted_at_ms: when the reading was, come late, by which it should not have fired; it ended
    at that reading, so `resolved_at_ms` is the same moment, before `fired_at_ms`.
    """

    alert_id: str
    rule_id: str
    rule_name: str | None = None
    device_id: str
    metric: str | None = None
    operator: str | None = None
    threshold: Value | None = None
    actual_value: Value | None = None
    no_data_seconds: int | None = None
    last_reading_at_ms: int | None = None
    severity: str
    status: str
    fired_at_ms: int
    resolved_at_ms: int | None = None
    contradicted_at_ms: int | None = None

    @classmethod
    def of(cls, content: Mapping[str, Any]) -> Self:
        """The alert of an answer; raises UnexpectedAnswer where it lacks something."""
        return cls(
            alert_id=field_of(content, "alert_id", str),
            rule_id=field_of(content, "rule_id", str),
            rule_name=optional_field_of(content, "rule_name", str),
            device_id=field_of(content, "device_id", str),
            metric=optional_field_of(content, "metric", str),
            operator=optional_field_of(content, "operator", str),
            threshold=value_of(content, "threshold") if "threshold" in content else None,
            actual_value=value_of(content, "actual_value") if "actual_value" in content else None,
            no_data_seconds=optional_field_of(content, "no_data", int),
            last_reading_at_ms=optional_field_of(content, "last_reading_at", int),
            severity=field_of(content, "severity", str),
            status=field_of(content, "status", str),
            fired_at_ms=field_of(content, "fired_at", int),
            resolved_at_ms=optional_field_of(content, "resolved_at", int),
            contradicted_at_ms=optional_field_of(content, "contradicted_at", int),
        )

    def as_content(self) -> dict[str, object]:
        """The alert as the API answers it."""
        content = {
            "alert_id": self.alert_id,
            "rule_id": self.rule_id,
            "rule_name": self.rule_name,
            "device_id": self.device_id,
            "metric": self.metric,
            "operator": self.operator,
            "threshold": self.threshold,
            "actual_value": self.actual_value,
            "no_data": self.no_data_seconds,
            "last_reading_at": self.last_reading_at_ms,
            "severity": self.severity,
            "status": self.status,
            "fired_at": self.fired_at_ms,
            "resolved_at": self.resolved_at_ms,
            "contradicted_at": self.contradicted_at_ms,
        }
        return {name: value for name, value in content.items() if value is not None}
