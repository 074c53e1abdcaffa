"""The pipeline's stack: signed HTTP in, kept raw, queued, processed, queried out."""

from cdktf import TerraformOutput
from constructs import Construct

from lib.constructs.alarms import Alarms
from lib.constructs.callers import CallerPolicy
from lib.constructs.policy import Grant
from lib.constructs.protection import Protection
from lib.constructs.signed_api import STAGE, SignedApi
from lib.constructs.stack import AwsStack
from lib.constructs.stage_sampling import StageSampling
from lib.constructs.watches import api_watches, dead_letter_watch, function_watches, table_watches
from lib.packaging import Packages
from lib.settings import Settings
from lib.stacks.alerting import Alerting
from lib.stacks.caller_grants import operator_grants, reader_grants, writer_grants
from lib.stacks.foundation import Foundation
from lib.stacks.service import Service
from lib.stacks.states import States
from lib.stacks.telemetry import ReadingTables, Telemetry


class PipelineStack(AwsStack):
    """Everything that one environment consists of."""

    def __init__(self, scope: Construct, settings: Settings, packages: Packages) -> None:
        super().__init__(scope, settings)
        self._foundation = Foundation(self, settings, packages)
        tables = ReadingTables(self._foundation)
        self._alerting = Alerting(self, settings, self._foundation, readings=tables.processed)
        self._states = States(self, settings, self._foundation)
        self._telemetry = Telemetry(
            self,
            settings,
            self._foundation,
            tables=tables,
            evaluation=self._alerting.evaluation,
            states=self._states.intake,
        )
        self._service = Service(settings, self._foundation)
        parts = (self._telemetry, self._alerting, self._states, self._service)
        self._functions = {id_: one for part in parts for id_, one in part.functions.items()}
        self._api = SignedApi(
            self,
            "api",
            name=settings.named("iot-api"),
            routes=[route for part in parts for route in part.routes()],
            requests_per_second=(
                settings.throttle_requests_per_second or settings.concurrency.requests_per_second
            ),
            burst=settings.throttle_burst or settings.concurrency.burst,
            method_metrics=settings.api_method_metrics,
        )
        StageSampling(
            self,
            "sampling",
            api_name=self._api.name,
            stage=STAGE,
            traced_percent=settings.traced_percent,
        )
        self.reserved_concurrency = {
            one.name: one.reserved_concurrency for one in self._functions.values()
        }
        self._watch_over_it()
        self._admit_callers()
        self._tell_outputs()
        Protection(self, "data", protected=settings.protect_data)

    def _watch_over_it(self) -> None:
        foundation = self._foundation
        watches = [
            watch
            for id_, function in self._functions.items()
            for watch in function_watches(id_, function)
        ]
        for part in (self._telemetry, self._alerting, self._states):
            watches += part.watches()
        watches += [
            *table_watches("idempotency", foundation.idempotency),
            dead_letter_watch("failed_invocations", foundation.failed_invocations.name),
            *api_watches("api", self._api.name, STAGE),
        ]
        Alarms(
            self,
            "alarm",
            name=self.settings.stack_name,
            topic_arn=foundation.alerts.arn,
            watches=watches,
        )

    def _admit_callers(self) -> None:
        foundation = self._foundation
        self._writer = self._caller(
            "writer", "Sends readings to the pipeline", writer_grants(self._api)
        )
        self._reader = self._caller("reader", "Queries the pipeline", reader_grants(self._api))
        self._operator = self._caller(
            "operator",
            "Operates the pipeline: API, dead letters, logs, metrics, parameters",
            operator_grants(
                self._api,
                queues=(self._telemetry.ingestion, self._alerting.evaluation, self._states.queue),
                recount=self._states.functions["recount"],
                failed_invocations=foundation.failed_invocations,
                log_groups=[one.log_group_arn for one in self._functions.values()],
                parameters=(foundation.api_key, foundation.config),
            ),
        )

    def _caller(self, id_: str, description: str, grants: list[Grant]) -> CallerPolicy:
        # IAM knows no regions: the same suffix may be in use in another one.
        name = f"{self.settings.named(f'iot-pipeline-{id_}')}-{self._foundation.place.region}"
        return CallerPolicy(self, id_, name=name, description=description, grants=grants)

    def _tell_outputs(self) -> None:
        foundation, states = self._foundation, self._states
        telemetry, alerting = self._telemetry, self._alerting
        outputs = {
            "ApiEndpoint": self._api.url,
            "ApiId": self._api.id,
            "StageName": self._api.stage_name,
            "RawSensorTableName": telemetry.raw.name,
            "ProcessedDataTableName": telemetry.processed.name,
            "IngestionQueueArn": telemetry.ingestion.arn,
            "IngestionQueueUrl": telemetry.ingestion.url,
            "IngestionDeadLetterQueueUrl": telemetry.ingestion.dead_letters.url,
            "AlertRulesTableName": alerting.rules.name,
            "RuleStatesTableName": alerting.states.name,
            "TriggeredAlertsTableName": alerting.alerts.name,
            "EvaluationQueueArn": alerting.evaluation.arn,
            "EvaluationQueueUrl": alerting.evaluation.url,
            "EvaluationDeadLetterQueueUrl": alerting.evaluation.dead_letters.url,
            "RawStatesBucketName": states.bucket.name,
            "DeviceStateCountsTableName": states.counts.name,
            "StatesQueueArn": states.queue.arn,
            "StatesQueueUrl": states.queue.url,
            "StatesDeadLetterQueueUrl": states.queue.dead_letters.url,
            "RecountFunctionName": states.functions["recount"].name,
            "NotificationTopicArn": alerting.notifications.arn,
            "FailedInvocationsQueueUrl": foundation.failed_invocations.url,
            "AlertTopicArn": foundation.alerts.arn,
            "WriterPolicyArn": self._writer.arn,
            "ReaderPolicyArn": self._reader.arn,
            "OperatorPolicyArn": self._operator.arn,
        }
        for name, value in outputs.items():
            TerraformOutput(self, name, value=value)
