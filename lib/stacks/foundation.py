"""What every context of the pipeline stands on: the key, parameters, the alert topic, the layer."""

import json
from collections.abc import Mapping, Sequence
from itertools import chain

from cdktf import Fn
from constructs import Construct

from lib.constructs.alarms import Watch
from lib.constructs.encryption_key import EncryptionKey
from lib.constructs.parameter import Parameter
from lib.constructs.place import Place
from lib.constructs.policy import Grant
from lib.constructs.python_function import FunctionPlatform, FunctionProperties, PythonFunction
from lib.constructs.queue_consumer import QueueConsumer
from lib.constructs.shared_layer import SharedLayer
from lib.constructs.table import Index, Table
from lib.constructs.topic import Topic
from lib.constructs.watches import (
    dead_letter_watch,
    function_watches,
    queue_watches,
    table_watches,
)
from lib.constructs.work_queue import DeadLetterQueue, WorkQueue
from lib.packaging import Packages
from lib.settings import Settings

# API Gateway waits 29 s for an answer, a container's start included.
API_TIMEOUT_SECONDS = 27
API_KEY_PLACEHOLDER = "unset"
CONFIG = {"batch_size": 500, "processing_timeout": 45, "error_threshold": 5}
# A whole vCPU comes with 1,769 MB; packing and unpacking are worth a good part of one.
_MEMORY_MB = 1_024


class Foundation:
    """The shared parts of one environment; tables, queues and functions are made on them.

    tables, queues and functions: all that were made, by id.
    """

    def __init__(self, scope: Construct, settings: Settings, packages: Packages) -> None:
        self._scope, self._settings, self._packages = scope, settings, packages
        self.tables: dict[str, Table] = {}
        self.queues: dict[str, WorkQueue] = {}
        self.functions: dict[str, PythonFunction] = {}
        self.place = Place.of(scope, settings.aws_region)
        self.key_arn = EncryptionKey(
            scope,
            "encryption",
            name=settings.stack_name,
            place=self.place,
            protected=settings.protect_data,
        ).arn
        self.api_key = self._parameter(
            "api_key",
            f"Key that callers bring in x-api-key, unless {API_KEY_PLACEHOLDER!r}",
            API_KEY_PLACEHOLDER,
            secret=True,
        )
        fresh = {"PARAMETERS_FRESH_SECONDS": str(settings.parameters_fresh_seconds)}
        self.asks_for_api_key = {
            "API_KEY_PARAMETER": self.api_key.name,
            "API_KEY_PLACEHOLDER": API_KEY_PLACEHOLDER,
            **fresh,
        }
        self.config = self._parameter(
            "config", "Configuration that the functions read while they run", json.dumps(CONFIG)
        )
        self.obeys_config = {"CONFIG_PARAMETER": self.config.name, **fresh}
        self.page_token_key = self._parameter(
            "page_token_key",
            "Secret that seals paging tokens; changing it ends the tokens in use",
            # Drawn once, when the parameter is made; 244 random bits.
            Fn.sha256(Fn.join("", [Fn.uuid(), Fn.uuid()])),
            secret=True,
        )
        self.idempotency = self.table(
            "idempotency",
            "idempotency",
            partition_key="id",
            expires_by="expires_at",
            # Of no use without what was sent meanwhile, and not worth its price.
            recoverable=False,
        )
        self.failed_invocations = DeadLetterQueue(
            scope,
            "failed_invocations",
            name=settings.named("failed-invocations"),
            key_arn=self.key_arn,
            place=self.place,
        )
        self.alerts = Topic(
            scope,
            "alerts",
            name=settings.named("iot-alerts"),
            key_arn=self.key_arn,
            place=self.place,
            email=settings.alarm_email,
            for_alarms=True,
        )
        layer = SharedLayer(
            scope,
            "layer",
            name=settings.named("iot-pipeline"),
            package=packages.layer,
            runtime=settings.lambda_runtime,
        )
        self._platform = FunctionPlatform(
            place=self.place,
            key_arn=self.key_arn,
            layer_arn=layer.arn,
            runtime=settings.lambda_runtime,
            architecture=settings.architecture,
            log_retention_days=settings.log_retention_days,
            failed_invocations=self.failed_invocations,
        )

    def table(
        self,
        id_: str,
        name: str,
        *,
        partition_key: str,
        sort_key: str | None = None,
        expires_by: str | None = None,
        indexes: Sequence[Index] = (),
        recoverable: bool = True,
    ) -> Table:
        """A table of this environment."""
        self.tables[id_] = Table(
            self._scope,
            id_,
            name=self._settings.named(name),
            key_arn=self.key_arn,
            partition_key=partition_key,
            sort_key=sort_key,
            expires_by=expires_by,
            indexes=indexes,
            protected=self._settings.protect_data,
            recoverable=recoverable,
        )
        return self.tables[id_]

    def topic(self, id_: str, name: str) -> Topic:
        """A topic of this environment, for whoever subscribes."""
        return Topic(
            self._scope,
            id_,
            name=self._settings.named(name),
            key_arn=self.key_arn,
            place=self.place,
        )

    def work_queue(self, id_: str, name: str, *, consumer_timeout_seconds: int) -> WorkQueue:
        """A queue of this environment, for a function with the given timeout."""
        self.queues[id_] = WorkQueue(
            self._scope,
            id_,
            name=self._settings.named(name),
            key_arn=self.key_arn,
            place=self.place,
            consumer_timeout_seconds=consumer_timeout_seconds,
        )
        return self.queues[id_]

    def function(
        self,
        id_: str,
        module: str,
        name: str,
        description: str,
        *,
        grants: Sequence[Grant],
        environment: Mapping[str, str],
        timeout_seconds: int = API_TIMEOUT_SECONDS,
        memory_mb: int = _MEMORY_MB,
        reserved_concurrency: int | None = None,
    ) -> PythonFunction:
        """The function of a module of `lambda/functions`, with the concurrency that is set."""
        if reserved_concurrency is None:
            reserved_concurrency = self._settings.concurrency.hot
        self.functions[id_] = PythonFunction(
            self._scope,
            id_,
            self._platform,
            FunctionProperties(
                name=self._settings.named(name),
                description=description,
                module=module,
                package=self._packages.functions[module],
                timeout_seconds=timeout_seconds,
                memory_mb=memory_mb,
                reserved_concurrency=reserved_concurrency,
                environment=environment,
                grants=grants,
            ),
        )
        return self.functions[id_]

    def consume(self, id_: str, queue: WorkQueue, function: PythonFunction) -> None:
        """Let a function work off a queue, with as many batches at once as it may have runs."""
        QueueConsumer(
            self._scope,
            id_,
            queue=queue,
            function=function,
            most_batches_at_once=function.reserved_concurrency
            or self._settings.concurrency.batches,
        )

    def watches(self) -> list[Watch]:
        """What is watched of everything that was made, and of what failed."""
        by_table = [table_watches(id_, table) for id_, table in self.tables.items()]
        by_queue = [queue_watches(id_, queue) for id_, queue in self.queues.items()]
        by_function = [function_watches(id_, one) for id_, one in self.functions.items()]
        return [
            *chain(*by_function, *by_table, *by_queue),
            dead_letter_watch("failed_invocations", self.failed_invocations.name),
        ]

    def outputs(self) -> Mapping[str, str]:
        """What whoever deployed is told."""
        return {
            "FailedInvocationsQueueUrl": self.failed_invocations.url,
            "AlertTopicArn": self.alerts.arn,
        }

    def _parameter(
        self, id_: str, description: str, value: str, *, secret: bool = False
    ) -> Parameter:
        return Parameter(
            self._scope,
            id_,
            name=self._settings.parameter_name(id_.replace("_", "-")),
            description=description,
            value=value,
            key_arn=self.key_arn if secret else None,
        )
