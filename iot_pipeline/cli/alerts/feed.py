"""What is new about alerts, look by look."""

from collections.abc import Callable, Iterator
from functools import partial

from iot_pipeline import PipelineClient
from iot_pipeline.alerts import RESOLVED, TRIGGERED, Alert
from iot_pipeline.moments import now_ms

RECENT_MS = 10 * 60 * 1_000
"""Every look goes back so far: more than clocks may differ for a signature to be accepted."""

BACKFILL_AFTER_MS = 7 * 24 * 60 * 60 * 1_000
"""Readings that arrive later than this fire nothing."""

THOROUGH_EVERY_MS = 30 * 1_000


class AlertFeed:
    """Tells of every firing, every end and every moved end once, however late its readings came.

    Alerts are listed by when they fired, in the time of the readings. What happens to recent ones
    shows at the next look. Late firings and ends of older alerts lie further back: a thorough
    look, twice a minute, takes in everything that can still change.
    """

    def __init__(
        self,
        client: PipelineClient,
        *,
        device_id: str | None = None,
        rule_id: str | None = None,
        clock_ms: Callable[[], int] = now_ms,
    ) -> None:
        """Watch the alerts of a device, of a rule, or all."""
        self._alerts = partial(client.alerts.list, device_id=device_id, rule_id=rule_id)
        self._alerts_of = client.alerts.list
        self._clock_ms = clock_ms
        self._known: dict[str, Alert] = {}
        self._thorough_from_ms = 0
        # What was there to be told then may be told only after a long outage.
        self._told_until_ms = clock_ms()

    def news(self) -> list[Alert]:
        """The alerts that have changed since the last look, as they are now, in that order.

        Raises PipelineError; the next look then tells what this one would have told.
        """
        now = self._clock_ms()
        thorough = now >= self._thorough_from_ms
        # Everything is fetched before anything counts as told.
        found = list(self._all_that_change() if thorough else self._alerts(start=now - RECENT_MS))
        news: dict[str, Alert] = {}
        for alert in found:
            if _is_news(self._known.get(alert.alert_id), alert):
                self._known[alert.alert_id] = news[alert.alert_id] = alert
        if thorough:
            self._forget({alert.alert_id for alert in found}, now)
            self._thorough_from_ms = now + THOROUGH_EVERY_MS
            self._told_until_ms = now
        return sorted(news.values(), key=_changed_at_ms)

    def _all_that_change(self) -> Iterator[Alert]:
        yield from self._alerts(start=self._told_until_ms - BACKFILL_AFTER_MS - RECENT_MS)
        triggered = set()
        for alert in self._alerts(status=TRIGGERED):
            triggered.add(alert.alert_id)
            yield alert
        for alert in self._known.values():
            if alert.status == TRIGGERED and alert.alert_id not in triggered:
                yield from self._again(alert)

    def _again(self, alert: Alert) -> Iterator[Alert]:
        """The alert as it is now, found by what makes it."""
        return self._alerts_of(
            device_id=alert.device_id,
            rule_id=alert.rule_id,
            start=alert.fired_at_ms,
            end=alert.fired_at_ms + 1,
        )

    def _forget(self, found: set[str], now: int) -> None:
        """Let go of alerts that no look will find again."""
        oldest = now - BACKFILL_AFTER_MS - 2 * RECENT_MS
        self._known = {
            alert_id: alert
            for alert_id, alert in self._known.items()
            if alert_id in found or alert.fired_at_ms >= oldest
        }


def _is_news(known: Alert | None, alert: Alert) -> bool:
    if known is None or known.status == TRIGGERED:
        return known is None or alert.status == RESOLVED
    # A list may lag behind another, so an alert that seems to go on again is no news; but a late
    # reading may move the end.
    return alert.status == RESOLVED and alert != known


def _changed_at_ms(alert: Alert) -> int:
    return alert.fired_at_ms if alert.resolved_at_ms is None else alert.resolved_at_ms
