"""Alerts in `triggered-alerts-{suffix}`, found by device, rule and status, newest first."""

from collections.abc import Collection, Iterator, Mapping
from contextlib import suppress
from heapq import merge
from typing import Any

from alerting.alerts.adapters.items import OUTBOX, alert_of
from alerting.alerts.model import RESOLVED, STATUSES, TRIGGERED, Alert, Ending
from alerting.alerts.ports import AlertQuery
from kernel.adapters.calls import all_items, read_items
from kernel.adapters.dynamodb import Item, to_attribute, to_item
from kernel.aws import aws_failures
from kernel.backoff import pause
from kernel.parsing import MAX_TIMESTAMP

BY_DEVICE, BY_RULE, BY_STATUS = "by-device", "by-rule", "by-status"

_INDEXES = {"device_id": BY_DEVICE, "rule_id": BY_RULE, "status": BY_STATUS}
_ATTEMPTS = 6


class DynamoDbAlerts:
    """The alerts of the last 90 days."""

    def __init__(self, client: Any, table: str) -> None:
        self._client, self._table = client, table

    def listed(self, query: AlertQuery) -> Iterator[tuple[str, Alert | None]]:
        """The alerts of a query, each with its position; see Alerts."""
        wanted = {name: getattr(query, name) for name in _INDEXES}
        given = {name: value for name, value in wanted.items() if value is not None}
        before = ""
        for item in self._candidates(query, given):
            position = item["fired_key"]["S"]
            # An alert that is resolved meanwhile may be found under both of its states.
            if position == before:
                continue
            qualifies = all(item[name]["S"] == value for name, value in given.items())
            yield position, alert_of(item) if qualifies else None
            before = position

    def open_alerts(self, rule_id: str) -> Iterator[Alert]:
        """The rule's alerts that are not resolved."""
        query = {
            "TableName": self._table,
            "IndexName": BY_RULE,
            "KeyConditionExpression": "rule_id = :rule",
            "FilterExpression": "#status = :triggered",
            "ExpressionAttributeNames": {"#status": "status"},
            "ExpressionAttributeValues": to_item({":rule": rule_id, ":triggered": TRIGGERED}),
        }
        for item in all_items(self._client.query, query):
            yield alert_of(item)

    def found(self, alert_ids: Collection[str]) -> Mapping[str, Alert]:
        """Those of these alerts that are there at this moment, by id."""
        keys = [{"alert_id": to_attribute(one)} for one in sorted(alert_ids)]
        alerts = map(alert_of, read_items(self._client, self._table, keys))
        return {alert.alert_id: alert for alert in alerts}

    def resolve(self, alert_id: str, resolved_at: int) -> None:
        """End an alert; one that has ended already stays as it is."""
        with aws_failures():
            try:
                self._client.update_item(**resolution(self._table, alert_id, resolved_at))
            except self._client.exceptions.ConditionalCheckFailedException:
                return

    def outbox(self, kept_before: int) -> Iterator[Alert]:
        """Alerts kept before a moment that are not published yet."""
        query = {
            "TableName": self._table,
            "IndexName": OUTBOX,
            "KeyConditionExpression": f"{OUTBOX} = :yes AND kept_at < :before",
            "ExpressionAttributeValues": to_item({":yes": "yes", ":before": kept_before}),
        }
        for item in all_items(self._client.query, query):
            yield alert_of(item)

    def mark_published(self, alert_id: str) -> None:
        """Take an alert out of the outbox."""
        for attempt in range(_ATTEMPTS):
            with aws_failures(), suppress(self._client.exceptions.ConditionalCheckFailedException):
                try:
                    self._client.update_item(
                        TableName=self._table,
                        Key={"alert_id": to_attribute(alert_id)},
                        UpdateExpression=f"REMOVE {OUTBOX}",
                        # Otherwise an alert that has expired would come back as a shell.
                        ConditionExpression="attribute_exists(alert_id)",
                    )
                except self._client.exceptions.TransactionConflictException:
                    # Somebody amends it at this moment; an alert that stays is published twice.
                    if attempt + 1 == _ATTEMPTS:
                        raise
                    pause(attempt)
                    continue
            return

    def _candidates(self, query: AlertQuery, given: Mapping[str, str]) -> Iterator[Item]:
        """Alerts of the span that meet the most telling of the conditions, newest first."""
        for name in _INDEXES:
            if name in given:
                return self._newest_first(query, name, given[name])
        by_status = (self._newest_first(query, "status", status) for status in STATUSES)
        return merge(*by_status, key=lambda item: str(item["fired_key"]["S"]), reverse=True)

    def _newest_first(self, query: AlertQuery, name: str, value: str) -> Iterator[Item]:
        # Bare digits come before every key of their moment, and are no key themselves.
        first, end = (f"{min(moment, MAX_TIMESTAMP):013d}" for moment in (query.start, query.end))
        before = end if query.after is None else min(end, query.after)
        if first > before:
            # DynamoDB refuses bounds in the wrong order.
            return
        request = {
            "TableName": self._table,
            "IndexName": _INDEXES[name],
            "KeyConditionExpression": "#name = :value AND fired_key BETWEEN :first AND :before",
            "ExpressionAttributeNames": {"#name": name},
            "ExpressionAttributeValues": to_item(
                {":value": value, ":first": first, ":before": before}
            ),
            "ScanIndexForward": False,
        }
        for item in all_items(self._client.query, request):
            if item["fired_key"]["S"] != query.after:
                yield item


def resolution(table: str, alert_id: str, resolved_at: int) -> dict[str, Any]:
    """The update that ends an open alert, and fails for any other."""
    return {
        "TableName": table,
        "Key": {"alert_id": to_attribute(alert_id)},
        "UpdateExpression": "SET #status = :resolved, resolved_at = :at",
        "ConditionExpression": "#status = :triggered",
        "ExpressionAttributeNames": {"#status": "status"},
        "ExpressionAttributeValues": to_item(
            {":resolved": RESOLVED, ":triggered": TRIGGERED, ":at": resolved_at}
        ),
    }


def amendment(table: str, alert_id: str, ending: Ending, revision: str) -> dict[str, Any]:
    """The update that lets an alert end otherwise, or not yet.

    It fails for one that is not there, or was fired by the rule as it watched otherwise.
    """
    status = TRIGGERED if ending.resolved_at is None else RESOLVED
    moments = {"resolved_at": ending.resolved_at, "contradicted_at": ending.contradicted_at}
    removed = [name for name, moment in moments.items() if moment is None]
    kept = {name: moment for name, moment in moments.items() if moment is not None}
    changes = ", ".join(["#status = :status", *(f"{name} = :{name}" for name in kept)])
    return {
        "TableName": table,
        "Key": {"alert_id": to_attribute(alert_id)},
        "UpdateExpression": f"SET {changes}" + (f" REMOVE {', '.join(removed)}" if removed else ""),
        "ConditionExpression": "rule_revision = :revision",
        "ExpressionAttributeNames": {"#status": "status"},
        "ExpressionAttributeValues": to_item(
            {
                ":revision": revision,
                ":status": status,
                **{f":{name}": moment for name, moment in kept.items()},
            }
        ),
    }
