"""Readings against rules: evaluation queue ─▶ evaluate ─▶ alerts ─▶ people; sweeps by the clock."""

from collections.abc import Mapping, Sequence

from cdktf_cdktf_provider_aws.cloudwatch_log_metric_filter import (
    CloudwatchLogMetricFilter,
    CloudwatchLogMetricFilterMetricTransformation,
)
from constructs import Construct

from lib.constructs.alarms import Watch
from lib.constructs.policy import Grant
from lib.constructs.python_function import PythonFunction
from lib.constructs.schedule import EveryMinute
from lib.constructs.table import Index, Table
from lib.settings import Settings
from lib.stacks.foundation import Foundation

ALERTING_NAMESPACE = "IotPipeline/Alerting"
_EVALUATE_TIMEOUT_SECONDS = 75
_SWEEP_TIMEOUT_SECONDS = 60
# A whole vCPU: with thousands of devices silent at once, the processor is what limits a sweep.
_SWEEP_MEMORY_MB = 1_769


class Alerting:
    """The tables, the queue, the topic and the functions of the alerting context."""

    def __init__(
        self, scope: Construct, settings: Settings, foundation: Foundation, *, readings: Table
    ) -> None:
        self._foundation, self._readings = foundation, readings
        self._concurrency = settings.concurrency
        self.rules = foundation.table(
            "alert_rules",
            "alert-rules",
            partition_key="rule_id",
            indexes=[Index("by-device", "device_id", "created_key")],
        )
        self.alerts = foundation.table(
            "triggered_alerts",
            "triggered-alerts",
            partition_key="alert_id",
            expires_by="expires_at",
            indexes=[
                Index("by-device", "device_id", "fired_key"),
                Index("by-rule", "rule_id", "fired_key"),
                Index("by-status", "status", "fired_key"),
                Index("unannounced", "unannounced", "kept_at", sort_key_type="N"),
            ],
        )
        self.states = foundation.table(
            "rule_states",
            "rule-states",
            partition_key="device_id",
            sort_key="rule_id",
            expires_by="expires_at",
            indexes=[
                Index("by-check", "watch_shard", "check_at", sort_key_type="N", keys_only=True)
            ],
        )
        self.evaluation = foundation.work_queue(
            "evaluation", "rule-evaluation", consumer_timeout_seconds=_EVALUATE_TIMEOUT_SECONDS
        )
        self.notifications = foundation.topic("notifications", "alert-notifications")
        self._moves_states = {
            "RULES_TABLE": self.rules.name,
            "RULE_STATES_TABLE": self.states.name,
            "ALERTS_TABLE": self.alerts.name,
            "NOTIFICATION_TOPIC_ARN": self.notifications.arn,
            "PROCESSED_TABLE": readings.name,
            "LATENESS_SECONDS": str(settings.lateness_seconds),
        }
        self._pages = {
            "PAGE_TOKEN_PARAMETER": foundation.page_token_key.name,
            **foundation.asks_for_api_key,
        }
        evaluate, sweep = self._evaluate(), self._sweep()
        self._rules()
        self._alert_query()
        foundation.consume("evaluating", self.evaluation, evaluate)
        # Readings that fired nothing because they came too late; the log says which.
        CloudwatchLogMetricFilter(
            scope,
            "readings_too_late",
            name=settings.named("readings-too-late"),
            log_group_name=evaluate.log_group_name,
            pattern='{ $.event = "readings_too_late" }',
            metric_transformation=CloudwatchLogMetricFilterMetricTransformation(
                namespace=ALERTING_NAMESPACE,
                name=settings.named("readings-too-late"),
                value="$.readings",
            ),
        )
        self._sweeping = EveryMinute(
            scope,
            "sweeping",
            name=settings.named("alert-sweep"),
            description="Finds silent devices and follows up changed rules",
            function=sweep,
        )

    def watches(self) -> Sequence[Watch]:
        """What is watched beside tables, queues and functions."""
        return self._sweeping.watches()

    def outputs(self) -> Mapping[str, str]:
        """What whoever deployed is told."""
        return {
            "AlertRulesTableName": self.rules.name,
            "RuleStatesTableName": self.states.name,
            "TriggeredAlertsTableName": self.alerts.name,
            "EvaluationQueueArn": self.evaluation.arn,
            "EvaluationQueueUrl": self.evaluation.url,
            "EvaluationDeadLetterQueueUrl": self.evaluation.dead_letters.url,
            "NotificationTopicArn": self.notifications.arn,
        }

    def _moving_states(self) -> list[Grant]:
        return [
            self.rules.allowing("Obey", "BatchGetItem", "GetItem"),
            self.states.allowing("Move", "BatchGetItem", "PutItem", "Query"),
            self.alerts.allowing("Keep", "BatchGetItem", "PutItem", "UpdateItem"),
            self._readings.querying(),
            self.notifications.publishing(),
        ]

    def _evaluate(self) -> PythonFunction:
        return self._foundation.function(
            "evaluate",
            "alerting.evaluate",
            "rule-evaluator",
            "Evaluates stored readings by the rules of their device",
            timeout_seconds=_EVALUATE_TIMEOUT_SECONDS,
            grants=(
                *self._moving_states(),
                self.rules.querying_indexes("by-device"),
                self.evaluation.consuming(),
                self.evaluation.dead_letters.burying(),
            ),
            environment={
                "EVALUATION_QUEUE_URL": self.evaluation.url,
                "DEAD_LETTER_QUEUE_URL": self.evaluation.dead_letters.url,
                **self._moves_states,
            },
        )

    def _sweep(self) -> PythonFunction:
        return self._foundation.function(
            "sweep",
            "alerting.sweep",
            "alert-sweep",
            "Finds silent devices, follows up changed rules, tells of alerts left untold",
            timeout_seconds=_SWEEP_TIMEOUT_SECONDS,
            memory_mb=_SWEEP_MEMORY_MB,
            reserved_concurrency=self._concurrency.background,
            grants=(
                *self._moving_states(),
                self.states.allowing("FollowUp", "DeleteItem", "UpdateItem"),
                self.states.querying_indexes("by-check"),
                self.alerts.querying_indexes("by-rule", "unannounced"),
            ),
            environment=self._moves_states,
        )

    def _rules(self) -> PythonFunction:
        marks = self._foundation.idempotency
        return self._foundation.function(
            "rules",
            "alerting.rules",
            "alert-rules",
            "Keeps the rules",
            reserved_concurrency=self._concurrency.people,
            grants=(
                self.rules.allowing(
                    "Change", "DeleteItem", "GetItem", "PutItem", "Scan", "UpdateItem"
                ),
                self.rules.querying_indexes("by-device"),
                self.states.allowing("FollowUp", "PutItem"),
                marks.marking(),
                self._foundation.api_key.reading(),
                self._foundation.page_token_key.reading(),
            ),
            environment={
                "RULES_TABLE": self.rules.name,
                "RULE_STATES_TABLE": self.states.name,
                "IDEMPOTENCY_TABLE": marks.name,
                **self._pages,
            },
        )

    def _alert_query(self) -> PythonFunction:
        return self._foundation.function(
            "alert_query",
            "alerting.alerts",
            "alert-query",
            "Answers queries for alerts",
            reserved_concurrency=self._concurrency.people,
            grants=(
                self.alerts.querying_indexes("by-device", "by-rule", "by-status"),
                self._foundation.api_key.reading(),
                self._foundation.page_token_key.reading(),
            ),
            environment={"ALERTS_TABLE": self.alerts.name, **self._pages},
        )
