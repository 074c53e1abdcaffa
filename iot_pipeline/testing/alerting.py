"""Rules and alerts in memory: thresholds fire and end at once, silence is not watched for."""

import operator
from collections.abc import Callable, Mapping
from decimal import Decimal
from http import HTTPStatus
from typing import Any

from iot_pipeline.alerts.model import RESOLVED, TRIGGERED
from iot_pipeline.moments import now_ms
from iot_pipeline.rules.model import EVERY_DEVICE, RuleDefinition
from iot_pipeline.testing.http import Request, Response, lies_within

_COMPARISONS: Mapping[str, Callable[[Any, Any], bool]] = {
    ">": operator.gt,
    ">=": operator.ge,
    "<": operator.lt,
    "<=": operator.le,
    "==": operator.eq,
    "!=": operator.ne,
}
_DEFAULTS = {"cooldown": 0, "severity": "warning", "enabled": True}

_ALERT_FILTERS = ("device_id", "rule_id", "status")

_NO_SUCH_RULE = Response.error(HTTPStatus.NOT_FOUND, "NOT_FOUND", "There is no such rule.")


class InMemoryAlerting:
    """Keeps rules, and the alerts that readings fire; no duration, cooldown or hysteresis."""

    def __init__(self) -> None:
        self._rules: dict[str, dict[str, Any]] = {}
        self._made = 0
        self._alerts: list[dict[str, Any]] = []

    def create(self, request: Request) -> Response:
        """`POST /rules`."""
        definition = _definition_of(request)
        for rule in self._rules.values():
            if RuleDefinition.of(rule) == RuleDefinition.of(definition):
                return Response.json(HTTPStatus.CREATED, rule)
        self._made += 1
        rule_id, now = f"rule-{self._made}", now_ms()
        rule = {"rule_id": rule_id, **definition, "created_at": now, "updated_at": now}
        self._rules[rule_id] = rule
        return Response.json(HTTPStatus.CREATED, rule)

    def list_rules(self, request: Request) -> Response:
        """`GET /rules`."""
        device_id = request.query.get("device_id")
        found = [rule for rule in self._rules.values() if device_id in (None, rule["device_id"])]
        return Response.page(request, "rules", found)

    def get(self, _request: Request, rule_id: str) -> Response:
        """`GET /rules/{rule_id}`."""
        return Response.json(200, self._rules[rule_id]) if rule_id in self._rules else _NO_SUCH_RULE

    def replace(self, request: Request, rule_id: str) -> Response:
        """`PUT /rules/{rule_id}`."""
        if rule_id not in self._rules:
            return _NO_SUCH_RULE
        rule = {
            "rule_id": rule_id,
            **_definition_of(request),
            "created_at": self._rules[rule_id]["created_at"],
            "updated_at": now_ms(),
        }
        self._rules[rule_id] = rule
        self._resolve(rule_id, now_ms())
        return Response.json(200, rule)

    def delete(self, _request: Request, rule_id: str) -> Response:
        """`DELETE /rules/{rule_id}`."""
        if self._rules.pop(rule_id, None) is None:
            return _NO_SUCH_RULE
        self._resolve(rule_id, now_ms())
        return Response(HTTPStatus.NO_CONTENT, b"")

    def list_alerts(self, request: Request) -> Response:
        """`GET /alerts`."""
        wanted = {name: request.query[name] for name in _ALERT_FILTERS if name in request.query}
        found = [
            alert
            for alert in self._alerts
            if all(alert[name] == value for name, value in wanted.items())
            and lies_within(request.query, alert["fired_at"])
        ]
        found.sort(key=lambda alert: int(alert["fired_at"]), reverse=True)
        return Response.page(request, "alerts", found)

    def evaluate(self, device_id: str, timestamp: int, metrics: Mapping[str, Any]) -> None:
        """Let a reading, with its derived metrics, fire and resolve."""
        for rule in self._rules.values():
            value = metrics.get(rule.get("metric", ""))
            watched = rule["enabled"] and rule["device_id"] in (device_id, EVERY_DEVICE)
            if not watched or "no_data" in rule or _kind(value) != _kind(rule["threshold"]):
                continue
            if not _COMPARISONS[rule["operator"]](value, rule["threshold"]):
                self._resolve(rule["rule_id"], timestamp, device_id)
            elif not self._open_alerts(rule["rule_id"], device_id):
                self._fire(rule, device_id, timestamp, value)

    def _fire(self, rule: Mapping[str, Any], device_id: str, timestamp: int, value: object) -> None:
        alert = {
            "alert_id": f"alert-{len(self._alerts) + 1}",
            "rule_id": rule["rule_id"],
            "rule_name": rule.get("name"),
            "device_id": device_id,
            **{name: rule[name] for name in ("metric", "operator", "threshold", "severity")},
            "actual_value": value,
            "status": TRIGGERED,
            "fired_at": timestamp,
        }
        self._alerts.append({name: part for name, part in alert.items() if part is not None})

    def _open_alerts(self, rule_id: str, device_id: str | None = None) -> list[dict[str, Any]]:
        return [
            alert
            for alert in self._alerts
            if (alert["rule_id"], alert["status"]) == (rule_id, TRIGGERED)
            and device_id in (None, alert["device_id"])
        ]

    def _resolve(self, rule_id: str, moment_ms: int, device_id: str | None = None) -> None:
        for alert in self._open_alerts(rule_id, device_id):
            alert |= {"status": RESOLVED, "resolved_at": moment_ms}


def _definition_of(request: Request) -> dict[str, Any]:
    given: dict[str, Any] = request.content()
    return _DEFAULTS | ({} if "no_data" in given else {"duration": 0}) | given


def _kind(value: object) -> type:
    """What a value can be compared with: numbers with numbers, whether whole or not."""
    return Decimal if type(value) is int else type(value)
