"""The pipeline's stack: signed HTTP in, kept raw, queued, processed, queried out."""

import json

from cdktf import Fn, TerraformOutput
from constructs import Construct

from lib.constructs.alarms import (
    Alarms,
    Watch,
    api_watch,
    backlog_watch,
    dead_letter_watch,
    function_watches,
    table_watch,
)
from lib.constructs.callers import CallerPolicy
from lib.constructs.encryption_key import EncryptionKey
from lib.constructs.parameter import Parameter
from lib.constructs.place import Place
from lib.constructs.policy import Grant
from lib.constructs.python_function import FunctionPlatform, FunctionProperties, PythonFunction
from lib.constructs.queue_consumer import QueueConsumer
from lib.constructs.shared_layer import SharedLayer
from lib.constructs.signed_api import STAGE, Route, SignedApi
from lib.constructs.stack import AwsStack
from lib.constructs.table import Table
from lib.constructs.topic import Topic
from lib.constructs.work_queue import DeadLetterQueue, WorkQueue
from lib.packaging import Packages
from lib.settings import VERSION, Settings
from lib.stacks.caller_grants import operator_grants, reader_grants, writer_grants

# API Gateway waits 29 s for an answer.
_API_TIMEOUT_SECONDS = 29
# Room for the 45 s (at most 60) that the processor gives itself, see `processing_timeout`.
_PROCESS_TIMEOUT_SECONDS = 75
# A whole vCPU comes with 1,769 MB; packing and unpacking are worth a good part of one.
_MEMORY_MB = 1_024
# Replays are an operator's rare work and must not crowd out what arrives.
_REPLAY_CONCURRENCY = 5
_API_KEY_PLACEHOLDER = "unset"
_CONFIG = {"batch_size": 500, "processing_timeout": 45, "error_threshold": 5}


class PipelineStack(AwsStack):
    """Everything that one environment consists of."""

    def __init__(self, scope: Construct, settings: Settings, packages: Packages) -> None:
        super().__init__(scope, settings)
        self._packages = packages
        self._place = Place.of(self, settings.aws_region)
        self._key = EncryptionKey(
            self, "encryption", name=settings.stack_name, place=self._place
        ).arn

        self._keep_parameters()
        self._keep_tables()
        self._queue_work()
        self._run_functions()
        self._serve_api()
        self._watch_over_it()
        self._admit_callers()
        self._tell_outputs()

    def _keep_parameters(self) -> None:
        name = self.settings.parameter_name
        self._api_key = Parameter(
            self,
            "api_key",
            name=name("api-key"),
            description=f"Key that callers bring in x-api-key, unless {_API_KEY_PLACEHOLDER!r}",
            value=_API_KEY_PLACEHOLDER,
            key_arn=self._key,
        )
        self._config = Parameter(
            self,
            "config",
            name=name("config"),
            description="Configuration that the functions read while they run",
            value=json.dumps(_CONFIG),
        )
        # Drawn once, when the parameter is made; 244 random bits.
        secret = Fn.sha256(Fn.join("", [Fn.uuid(), Fn.uuid()]))
        self._page_token_key = Parameter(
            self,
            "page_token_key",
            name=name("page-token-key"),
            description="Secret that seals paging tokens; changing it ends the tokens in use",
            value=secret,
            key_arn=self._key,
        )

    def _keep_tables(self) -> None:
        named = self.settings.named
        self._raw = Table(
            self,
            "raw",
            name=named("raw-sensor-data"),
            key_arn=self._key,
            partition_key="device_id",
            sort_key="segment",
        )
        self._processed = Table(
            self,
            "processed",
            name=named("processed-data"),
            key_arn=self._key,
            partition_key="device_date",
            sort_key="segment",
        )
        self._idempotency = Table(
            self,
            "idempotency",
            name=named("idempotency"),
            key_arn=self._key,
            partition_key="id",
            expires_by="expires_at",
        )

    def _queue_work(self) -> None:
        named = self.settings.named
        self._ingestion = WorkQueue(
            self,
            "ingestion",
            name=named("data-ingestion"),
            key_arn=self._key,
            place=self._place,
            consumer_timeout_seconds=_PROCESS_TIMEOUT_SECONDS,
        )
        self._failed_invocations = DeadLetterQueue(
            self,
            "failed_invocations",
            name=named("failed-invocations"),
            key_arn=self._key,
            place=self._place,
        )
        self._alerts = Topic(
            self,
            "alerts",
            name=named("iot-alerts"),
            key_arn=self._key,
            place=self._place,
            email=self.settings.alarm_email,
        )

    def _run_functions(self) -> None:
        settings = self.settings
        layer = SharedLayer(
            self,
            "layer",
            name=settings.named("iot-pipeline"),
            package=self._packages.layer,
            runtime=settings.lambda_runtime,
        )
        self._platform = FunctionPlatform(
            place=self._place,
            key_arn=self._key,
            layer_arn=layer.arn,
            runtime=settings.lambda_runtime,
            architecture=settings.architecture,
            log_retention_days=settings.log_retention_days,
            failed_invocations=self._failed_invocations,
        )
        raw, processed, marks = self._raw, self._processed, self._idempotency
        api_key = {
            "API_KEY_PARAMETER": self._api_key.name,
            "API_KEY_PLACEHOLDER": _API_KEY_PLACEHOLDER,
        }
        config = {"CONFIG_PARAMETER": self._config.name}
        self._ingest = self._function(
            "ingest",
            "data-ingestion",
            "Validates readings, keeps them raw and enqueues them",
            grants=(
                raw.appending(),
                marks.marking(),
                self._ingestion.sending(),
                self._api_key.reading(),
                self._config.reading(),
            ),
            environment={
                "RAW_TABLE": raw.name,
                "IDEMPOTENCY_TABLE": marks.name,
                "INGESTION_QUEUE_URL": self._ingestion.url,
                **api_key,
                **config,
            },
        )
        self._process = self._function(
            "process",
            "data-processor",
            "Transforms enqueued readings and keeps them processed",
            timeout_seconds=_PROCESS_TIMEOUT_SECONDS,
            grants=(
                processed.appending(),
                self._ingestion.consuming(),
                self._ingestion.dead_letters.burying("Poison"),
                self._alerts.publishing(),
                self._config.reading(),
            ),
            environment={
                "PROCESSED_TABLE": processed.name,
                "DEAD_LETTER_QUEUE_URL": self._ingestion.dead_letters.url,
                "ALERT_TOPIC_ARN": self._alerts.arn,
                **config,
            },
        )
        self._query = self._function(
            "query",
            "data-query",
            "Answers queries from the processed and the raw table",
            grants=(
                raw.querying(),
                processed.querying(),
                self._api_key.reading(),
                self._page_token_key.reading(),
            ),
            environment={
                "RAW_TABLE": raw.name,
                "PROCESSED_TABLE": processed.name,
                "PAGE_TOKEN_PARAMETER": self._page_token_key.name,
                "PIPELINE_VERSION": VERSION,
                **api_key,
            },
        )
        self._replay = self._function(
            "replay",
            "data-replay",
            "Enqueues raw readings to be processed again",
            reserved_concurrency=min(settings.reserved_concurrency, _REPLAY_CONCURRENCY),
            grants=(
                raw.querying(),
                marks.marking(),
                self._ingestion.sending(),
                self._api_key.reading(),
            ),
            environment={
                "RAW_TABLE": raw.name,
                "IDEMPOTENCY_TABLE": marks.name,
                "INGESTION_QUEUE_URL": self._ingestion.url,
                **api_key,
            },
        )
        QueueConsumer(
            self,
            "processing",
            queue=self._ingestion,
            function=self._process,
            most_batches_at_once=settings.reserved_concurrency,
        )

    def _function(
        self,
        module: str,
        name: str,
        description: str,
        *,
        grants: tuple[Grant, ...],
        environment: dict[str, str],
        timeout_seconds: int = _API_TIMEOUT_SECONDS,
        reserved_concurrency: int | None = None,
    ) -> PythonFunction:
        if reserved_concurrency is None:
            reserved_concurrency = self.settings.reserved_concurrency
        return PythonFunction(
            self,
            module,
            self._platform,
            FunctionProperties(
                name=self.settings.named(name),
                description=description,
                handler=f"functions.{module}.handler",
                package=self._packages.functions[module],
                timeout_seconds=timeout_seconds,
                memory_mb=_MEMORY_MB,
                reserved_concurrency=reserved_concurrency,
                environment=environment,
                grants=grants,
            ),
        )

    def _serve_api(self) -> None:
        self._api = SignedApi(
            self,
            "api",
            name=self.settings.named("iot-api"),
            routes=(
                Route("POST", "/ingest", self._ingest),
                Route("POST", "/process", self._replay),
                Route("GET", "/query", self._query),
                Route("GET", "/health", self._query),
            ),
            requests_per_second=self.settings.throttle_requests_per_second,
            burst=self.settings.throttle_burst,
        )

    def _watch_over_it(self) -> None:
        functions = {
            "ingest": self._ingest,
            "process": self._process,
            "query": self._query,
            "replay": self._replay,
        }
        tables = {
            "raw": self._raw,
            "processed": self._processed,
            "idempotency": self._idempotency,
        }
        watches: list[Watch] = [
            *(
                watch
                for id_, function in functions.items()
                for watch in function_watches(id_, function.name)
            ),
            *(table_watch(id_, table.name) for id_, table in tables.items()),
            dead_letter_watch("ingestion_dead_letters", self._ingestion.dead_letters.name),
            dead_letter_watch("failed_invocations", self._failed_invocations.name),
            backlog_watch("ingestion", self._ingestion.name),
            api_watch("api", self._api.name, STAGE),
        ]
        Alarms(self, "alarm", topic_arn=self._alerts.arn, watches=watches)

    def _admit_callers(self) -> None:
        api = self._api

        def caller_name(caller: str) -> str:
            # IAM knows no regions: the same suffix may be in use in another one.
            return f"{self.settings.named(f'iot-pipeline-{caller}')}-{self._place.region}"

        self._writer = CallerPolicy(
            self,
            "writer",
            name=caller_name("writer"),
            description="Sends readings to the pipeline",
            grants=writer_grants(api),
        )
        self._reader = CallerPolicy(
            self,
            "reader",
            name=caller_name("reader"),
            description="Queries the pipeline",
            grants=reader_grants(api),
        )
        self._operator = CallerPolicy(
            self,
            "operator",
            name=caller_name("operator"),
            description="Operates the pipeline: API, dead letters, logs, metrics, parameters",
            grants=operator_grants(
                api,
                queue=self._ingestion,
                dead_letters=(self._ingestion.dead_letters, self._failed_invocations),
                log_groups=[
                    function.log_group_arn
                    for function in (self._ingest, self._process, self._query, self._replay)
                ],
                parameters=(self._api_key, self._config),
            ),
        )

    def _tell_outputs(self) -> None:
        outputs = {
            "ApiEndpoint": self._api.url,
            "ApiId": self._api.id,
            "StageName": self._api.stage_name,
            "RawSensorTableName": self._raw.name,
            "ProcessedDataTableName": self._processed.name,
            "IngestionQueueUrl": self._ingestion.url,
            "IngestionDeadLetterQueueUrl": self._ingestion.dead_letters.url,
            "FailedInvocationsQueueUrl": self._failed_invocations.url,
            "AlertTopicArn": self._alerts.arn,
            "WriterPolicyArn": self._writer.arn,
            "ReaderPolicyArn": self._reader.arn,
            "OperatorPolicyArn": self._operator.arn,
        }
        for name, value in outputs.items():
            TerraformOutput(self, name, value=value)
