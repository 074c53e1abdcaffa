"""What the use cases about alerts need from the world."""

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from typing import Protocol

from alerting.alerts.model import Alert


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

    def outbox(self, kept_before: int) -> Iterator[Alert]:
        """Alerts kept before a moment that are not published yet."""

    def mark_published(self, alert_id: str) -> None:
        """Take an alert out of the outbox."""


class Notifications(Protocol):
    """How alerts are published."""

    def publish(self, alert: Alert) -> None:
        """Tell whoever subscribed."""
