"""What both functions that move rule states are made of."""

from alerting.alerts.adapters.dynamodb import DynamoDbAlerts
from alerting.alerts.adapters.sns import SnsNotifications
from alerting.alerts.publishing import AlertPublisher
from alerting.evaluation.adapters.rule_states import DynamoDbRuleStates
from alerting.evaluation.moving import Mover
from alerting.rules.adapters.rule_book import DynamoDbRules
from alerting.rules.cache import RuleCache
from edge.container import Container
from kernel.backoff import pause
from kernel.clock import SECOND_MS
from telemetry.adapters.dynamodb import DynamoDbProcessedReadings


class Parts:
    """Rules held in memory, states, alerts, and what moves and tells."""

    def __init__(self, container: Container) -> None:
        setting, clock = container.setting, container.clock
        dynamodb, topic_arn = container.aws("dynamodb"), setting("NOTIFICATION_TOPIC_ARN")
        rules, states, alerts = (
            setting(name) for name in ("RULES_TABLE", "RULE_STATES_TABLE", "ALERTS_TABLE")
        )
        self.rules = RuleCache(DynamoDbRules(dynamodb, rules, states), clock)
        self.states = DynamoDbRuleStates(dynamodb, states, alerts)
        self.alerts = DynamoDbAlerts(dynamodb, alerts)
        self.publisher = AlertPublisher(
            self.alerts, SnsNotifications(container.aws("sns"), topic_arn), clock
        )
        self.mover = Mover(
            self.states,
            DynamoDbProcessedReadings(dynamodb, setting("PROCESSED_TABLE"), consistent=True),
            self.alerts,
            self.rules,
            self.publisher,
            clock,
            int(setting("LATENESS_SECONDS")) * SECOND_MS,
            pause,
        )
