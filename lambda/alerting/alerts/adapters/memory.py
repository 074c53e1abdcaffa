"""The ports of alerts, met in memory: for tests, with the same promises as the real ones."""

from collections.abc import Collection, Iterator, Mapping
from dataclasses import replace

from alerting.alerts.adapters.items import alert_position
from alerting.alerts.model import TRIGGERED, Alert, Ending
from alerting.alerts.ports import AlertQuery


class MemoryAlerts:
    """Alerts in a dictionary."""

    def __init__(self) -> None:
        self.alerts: dict[str, Alert] = {}
        self.kept_at: dict[str, int] = {}
        self._outbox: set[str] = set()

    def keep(self, alert: Alert, now: int) -> None:
        """Keep a new alert."""
        self.alerts[alert.alert_id] = alert
        self.kept_at[alert.alert_id] = now
        self._outbox.add(alert.alert_id)

    def amend(self, alert_id: str, ending: Ending, revision: str) -> None:
        """Let an alert of this revision, if it is there, end otherwise, or not yet."""
        alert = self.alerts.get(alert_id)
        if alert is not None and alert.rule_revision == revision:
            self.alerts[alert_id] = replace(
                alert,
                resolved_at=ending.resolved_at,
                contradicted_at=ending.contradicted_at,
            )

    def found(self, alert_ids: Collection[str]) -> Mapping[str, Alert]:
        """Those of these alerts that are there at this moment, by id."""
        return {one: self.alerts[one] for one in alert_ids if one in self.alerts}

    def listed(self, query: AlertQuery) -> Iterator[tuple[str, Alert | None]]:
        """The alerts of a query, each with its position."""
        for alert in sorted(self.alerts.values(), key=alert_position, reverse=True):
            if (
                query.start <= alert.fired_at < query.end
                and query.device_id in (None, alert.device_id)
                and query.rule_id in (None, alert.rule_id)
                and query.status in (None, alert.status)
                and (query.after is None or alert_position(alert) < query.after)
            ):
                yield alert_position(alert), alert

    def open_alerts(self, rule_id: str) -> Iterator[Alert]:
        """The rule's alerts that are not resolved."""
        for alert in list(self.alerts.values()):
            if alert.rule_id == rule_id and alert.status == TRIGGERED:
                yield alert

    def resolve(self, alert_id: str, resolved_at: int) -> None:
        """End an alert; one that has ended already stays as it is."""
        alert = self.alerts.get(alert_id)
        if alert is not None and alert.resolved_at is None:
            self.alerts[alert_id] = replace(alert, resolved_at=resolved_at)

    def outbox(self, kept_before: int) -> Iterator[Alert]:
        """Alerts kept before a moment that are not published yet."""
        for alert_id in sorted(self._outbox):
            if self.kept_at[alert_id] < kept_before:
                yield self.alerts[alert_id]

    def mark_published(self, alert_id: str) -> None:
        """Take an alert out of the outbox."""
        self._outbox.discard(alert_id)


class MemoryNotifications:
    """Published alerts in a list."""

    def __init__(self) -> None:
        self.published: list[Alert] = []

    def publish(self, alert: Alert) -> None:
        """Keep the alert."""
        self.published.append(alert)
