"""What both functions that move rule states are wired with."""

from functools import cache

from alerting.alerts.adapters.dynamodb import DynamoDbAlerts
from alerting.alerts.adapters.sns import SnsNotifications
from alerting.alerts.publishing import AlertPublisher
from alerting.evaluation.adapters.rule_states import DynamoDbRuleStates
from alerting.evaluation.moving import Mover
from alerting.rules.adapters.rule_book import DynamoDbRules
from alerting.rules.cache import RuleCache
from kernel.aws import client
from kernel.backoff import pause
from kernel.clock import SECOND_MS, now_ms
from kernel.wiring import setting
from telemetry.adapters.dynamodb import DynamoDbProcessedReadings


@cache
def rules() -> RuleCache:
    """The rules, cached in memory."""
    tables = (setting(name) for name in ("RULES_TABLE", "RULE_STATES_TABLE"))
    return RuleCache(DynamoDbRules(client("dynamodb"), *tables), now_ms)


@cache
def states() -> DynamoDbRuleStates:
    """Where the rules stand."""
    tables = (setting(name) for name in ("RULE_STATES_TABLE", "ALERTS_TABLE"))
    return DynamoDbRuleStates(client("dynamodb"), *tables)


@cache
def alerts() -> DynamoDbAlerts:
    """The alerts."""
    return DynamoDbAlerts(client("dynamodb"), setting("ALERTS_TABLE"))


@cache
def publisher() -> AlertPublisher:
    """How alerts are published."""
    topic = SnsNotifications(client("sns"), setting("NOTIFICATION_TOPIC_ARN"))
    return AlertPublisher(alerts(), topic, now_ms)


@cache
def mover() -> Mover:
    """What moves the states."""
    stored = DynamoDbProcessedReadings(
        client("dynamodb"), setting("PROCESSED_TABLE"), consistent=True
    )
    lateness_ms = int(setting("LATENESS_SECONDS")) * SECOND_MS
    return Mover(states(), stored, alerts(), rules(), publisher(), now_ms, lateness_ms, pause)
