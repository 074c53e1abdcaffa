"""Rules and alerts in the words of the table that people read."""

from typing import Any

from iot_pipeline import Value, exact_json
from iot_pipeline.alerts import RESOLVED, Alert
from iot_pipeline.cli.duration import duration_text
from iot_pipeline.moments import ms_to_iso
from iot_pipeline.rules import Rule, Silence, Threshold


def rule_row(rule: Rule) -> dict[str, Any]:
    """A rule's line in a table."""
    definition = rule.definition
    return {
        "rule_id": rule.rule_id,
        "device_id": definition.device_id,
        "condition": condition_text(definition.condition),
        "severity": definition.severity,
        "cooldown": duration_text(definition.cooldown_seconds),
        "enabled": definition.enabled,
        "name": definition.name,
    }


def condition_text(condition: Threshold | Silence) -> str:
    """A condition as a user would say it: `temperature > 60 for 5m, clear at 55`."""
    if isinstance(condition, Silence):
        return _silence_text(condition.seconds, condition.metric)
    text = f"{condition.metric} {condition.operator} {_shown(condition.threshold)}"
    if condition.duration_seconds:
        text += f" for {duration_text(condition.duration_seconds)}"
    if condition.clear_threshold is not None:
        text += f", clear at {_shown(condition.clear_threshold)}"
    return text


def alert_row(alert: Alert) -> dict[str, Any]:
    """An alert's line in a table."""
    return {
        "device_id": alert.device_id,
        "fired_at": ms_to_iso(alert.fired_at_ms),
        "status": _status_text(alert),
        "severity": alert.severity,
        "rule": alert.rule_name or alert.rule_id,
        "cause": cause_text(alert),
        "resolved_at": None if alert.resolved_at_ms is None else ms_to_iso(alert.resolved_at_ms),
    }


def alert_line(alert: Alert) -> str:
    """What has become of an alert, as one line: when, what, where and why."""
    moment = ms_to_iso(alert.fired_at_ms)
    since = ""
    if alert.status == RESOLVED and alert.resolved_at_ms is not None:
        moment, since = ms_to_iso(alert.resolved_at_ms), f", fired {moment}"
    named = alert.rule_name or alert.rule_id
    return (
        f"{moment} {_status_text(alert)} {alert.severity} {alert.device_id} {named}: "
        f"{cause_text(alert)}{since}"
    )


def _status_text(alert: Alert) -> str:
    if alert.contradicted_at_ms is None:
        return alert.status
    return f"{alert.status} (contradicted by a late reading)"


def cause_text(alert: Alert) -> str:
    """Why an alert fired: `temperature 61.2 > 60`."""
    if alert.no_data_seconds is None:
        measured, limit = _shown(alert.actual_value), _shown(alert.threshold)
        return f"{alert.metric} {measured} {alert.operator} {limit}"
    text = _silence_text(alert.no_data_seconds, alert.metric)
    last = alert.last_reading_at_ms
    return text if last is None else f"{text}, last heard {ms_to_iso(last)}"


def _silence_text(seconds: int, metric: str | None) -> str:
    subject = "silent" if metric is None else f"no {metric}"
    return f"{subject} for {duration_text(seconds)}"


def _shown(value: Value | None) -> str:
    return exact_json.dumps(value)
