"""The API's description of rules and alerts."""

from typing import Any

from alerting.alerts.model import ALERTS_KEPT_MS, TRIGGERED
from alerting.contract_schemas import ID, SCHEMAS
from alerting.requests import AlertParameters, RuleParameters
from alerting.rules.definition import EVERY_DEVICE
from edge.contract import EXAMPLE_MOMENT, OPERATORS, READERS, ApiPart, Endpoint, Exchange
from edge.schemas import page_schema, path_parameter, schema_ref
from kernel.clock import DAY_MS, MINUTE_MS
from readings.model import BACKFILL_AFTER_MS

_RULE_ID = "9fdebb1eb73b476cd022352f"
_HOT = {"device_id": "D1", "metric": "temperature", "operator": ">", "threshold": 60}
_HOT_RULE: dict[str, Any] = {
    "rule_id": _RULE_ID,
    **_HOT,
    "duration": 0,
    "cooldown": 0,
    "severity": "warning",
    "enabled": True,
    "created_at": EXAMPLE_MOMENT - MINUTE_MS,
    "updated_at": EXAMPLE_MOMENT - MINUTE_MS,
}
_SILENT = {"device_id": EVERY_DEVICE, "no_data": 900, "severity": "critical", "name": "silent"}
_SILENT_RULE = {
    "rule_id": "b2ee3e90290515b33d18ff45",
    **_SILENT,
    "cooldown": 0,
    "enabled": True,
    "created_at": EXAMPLE_MOMENT,
    "updated_at": EXAMPLE_MOMENT,
}
_HOTTER = {**_HOT, "threshold": 70, "clear_threshold": 65, "duration": 300}
_HOTTER_RULE = {**_HOT_RULE, **_HOTTER, "updated_at": EXAMPLE_MOMENT}
_ONE_RULE = path_parameter("rule_id", ID, _RULE_ID)
_RULE, _NEW_RULE = schema_ref("Rule"), schema_ref("NewRule")

_RULES = ApiPart(
    "Rules",
    "What is watched for. A change takes effect within seconds; alerts that are open under a rule "
    "as it was are resolved within about a minute.",
    (
        Endpoint(
            "POST /rules",
            "alerting.rules",
            OPERATORS,
            "createRule",
            "Make a rule",
            201,
            "The rule; the same one if it is there already.",
            idempotent_by_key=True,
            body=_NEW_RULE,
            answer=_RULE,
            exchanges=[
                Exchange("threshold", "Too hot", body=_HOT, answer=_HOT_RULE),
                Exchange("no_data", "Silent for 15 minutes", body=_SILENT, answer=_SILENT_RULE),
            ],
        ),
        Endpoint(
            "GET /rules",
            "alerting.rules",
            READERS,
            "listRules",
            "List rules",
            200,
            "A page of rules.",
            parameters=RuleParameters.described(),
            answer=page_schema("rules", _RULE),
            exchanges=[
                Exchange(
                    "device",
                    "The rules of a device",
                    query={"device_id": "D1"},
                    answer={"count": 1, "rules": [_HOT_RULE]},
                )
            ],
        ),
        Endpoint(
            "GET /rules/{rule_id}",
            "alerting.rules",
            READERS,
            "getRule",
            "Get a rule",
            200,
            "The rule.",
            parameters=[_ONE_RULE],
            answer=_RULE,
            exchanges=[Exchange("threshold", "Too hot", answer=_HOT_RULE)],
            refusals={404},
        ),
        Endpoint(
            "PUT /rules/{rule_id}",
            "alerting.rules",
            OPERATORS,
            "replaceRule",
            "Replace a rule",
            200,
            "The rule as it is now.",
            idempotent_by_key=True,
            parameters=[_ONE_RULE],
            body=_NEW_RULE,
            answer=_RULE,
            exchanges=[Exchange("threshold", "Too hot", body=_HOTTER, answer=_HOTTER_RULE)],
            refusals={404},
        ),
        Endpoint(
            "DELETE /rules/{rule_id}",
            "alerting.rules",
            OPERATORS,
            "deleteRule",
            "Delete a rule",
            204,
            "The rule is gone.",
            parameters=[_ONE_RULE],
            answer=None,
            exchanges=[],
            refusals={404, 409},
        ),
    ),
    SCHEMAS,
)
_ALERTS = ApiPart(
    "Alerts",
    "What rules have seen. New alerts are published to the notification topic too.",
    (
        Endpoint(
            "GET /alerts",
            "alerting.alerts",
            READERS,
            "listAlerts",
            "List alerts",
            200,
            "A page of alerts, newest first.",
            description=f"Alerts are kept for {ALERTS_KEPT_MS // DAY_MS} days. Readings older than "
            f"{BACKFILL_AFTER_MS // DAY_MS} days on arrival fire none.",
            parameters=AlertParameters.described(),
            answer=page_schema("alerts", schema_ref("Alert")),
            exchanges=[
                Exchange(
                    "open",
                    "The open alerts of a device",
                    query={"device_id": "D1", "status": TRIGGERED},
                    answer={
                        "count": 1,
                        "alerts": [
                            {
                                "alert_id": "0b8f7d3c5a1e49f2b6c7d8e9",
                                "rule_id": _RULE_ID,
                                "device_id": "D1",
                                "metric": "temperature",
                                "operator": ">",
                                "threshold": 60,
                                "actual_value": 61.2,
                                "severity": "warning",
                                "status": TRIGGERED,
                                "fired_at": EXAMPLE_MOMENT,
                            }
                        ],
                    },
                )
            ],
        ),
    ),
)
ALERTING = (_RULES, _ALERTS)
