"""Telling people of alerts: at least once, and once as a rule."""

from collections.abc import Callable, Iterable

from alerting.alerts.model import Alert
from alerting.alerts.ports import Alerts, Notifications
from kernel import logs
from kernel.clock import MINUTE_MS, Clock

# Whoever fired an alert has published it by then, or never will.
_LEFT_ALONE_MS = 2 * MINUTE_MS


class AlertPublisher:
    """Publishes new alerts; what it could not publish, a later call does."""

    def __init__(self, alerts: Alerts, notifications: Notifications, clock: Clock) -> None:
        self._alerts, self._notifications, self._clock = alerts, notifications, clock

    def publish(self, alerts: Iterable[Alert]) -> None:
        """Tell of alerts that were just kept; a failure is logged and made good later."""
        for alert in alerts:
            try:
                self._notifications.publish(alert)
                self._alerts.mark_published(alert.alert_id)
            except Exception:
                logs.error("alert_not_announced", alert_id=alert.alert_id)

    def publish_outbox(self, out_of_time: Callable[[], bool]) -> None:
        """Publish what is left in the outbox: what could not be published when it was fired."""
        for alert in self._alerts.outbox(self._clock() - _LEFT_ALONE_MS):
            if out_of_time():
                return
            self.publish([alert])
