"""Readings on their way: ingest ─▶ raw table, queue ─▶ process ─▶ processed table ─▶ query.

What was processed goes on to evaluation.
"""

from constructs import Construct

from lib.constructs.alarms import Watch
from lib.constructs.queue_consumer import QueueConsumer
from lib.constructs.signed_api import Route
from lib.constructs.watches import backlog_watches, dead_letter_watch, table_watches
from lib.constructs.work_queue import WorkQueue
from lib.settings import VERSION, Settings
from lib.stacks.foundation import Foundation
from lib.stacks.states import StatesIntake

# Room for the highest `processing_timeout`, 60 s, and for what the processor is at then.
_PROCESS_TIMEOUT_SECONDS = 80


# Always on: READING_RETENTION_DAYS changes what ingest writes, and nothing that is stored already.
# DynamoDB takes up to an hour to turn TTL on or off, and refuses another change meanwhile.
_EXPIRES_BY = "expires_at"


class ReadingTables:
    """The tables of readings, which evaluation reads too."""

    def __init__(self, foundation: Foundation) -> None:
        self.raw = foundation.table(
            "raw",
            "raw-sensor-data",
            partition_key="device_id",
            sort_key="segment",
            expires_by=_EXPIRES_BY,
        )
        self.processed = foundation.table(
            "processed",
            "processed-data",
            partition_key="device_date",
            sort_key="segment",
            expires_by=_EXPIRES_BY,
        )


class Telemetry:
    """The queue and the functions of the telemetry context."""

    def __init__(
        self,
        scope: Construct,
        settings: Settings,
        foundation: Foundation,
        *,
        tables: ReadingTables,
        evaluation: WorkQueue,
        states: StatesIntake,
    ) -> None:
        self.raw, self.processed = tables.raw, tables.processed
        self.ingestion = foundation.work_queue(
            "ingestion", "data-ingestion", consumer_timeout_seconds=_PROCESS_TIMEOUT_SECONDS
        )
        marks = foundation.idempotency
        asks_for_api_key = foundation.asks_for_api_key
        self.ingest = foundation.function(
            "ingest",
            "data-ingestion",
            "Validates readings, keeps them raw and enqueues them",
            grants=(
                self.raw.appending(),
                marks.marking(),
                self.ingestion.sending(),
                foundation.api_key.reading(),
                foundation.config.reading(),
                *states.taking_in(),
            ),
            environment={
                "RAW_TABLE": self.raw.name,
                "IDEMPOTENCY_TABLE": marks.name,
                "INGESTION_QUEUE_URL": self.ingestion.url,
                "READING_RETENTION_DAYS": str(settings.reading_retention_days),
                **states.environment,
                **asks_for_api_key,
                **foundation.obeys_config,
            },
        )
        self.process = foundation.function(
            "process",
            "data-processor",
            "Transforms enqueued readings and keeps them processed",
            timeout_seconds=_PROCESS_TIMEOUT_SECONDS,
            grants=(
                self.processed.appending(),
                self.ingestion.consuming(),
                self.ingestion.dead_letters.burying(),
                evaluation.sending(),
                marks.allowing("CountFailuresIn", "UpdateItem"),
                foundation.alerts.publishing(),
                foundation.config.reading(),
            ),
            environment={
                "PROCESSED_TABLE": self.processed.name,
                "IDEMPOTENCY_TABLE": marks.name,
                "INGESTION_QUEUE_URL": self.ingestion.url,
                "DEAD_LETTER_QUEUE_URL": self.ingestion.dead_letters.url,
                "ALERT_TOPIC_ARN": foundation.alerts.arn,
                "EVALUATION_QUEUE_URL": evaluation.url,
                **foundation.obeys_config,
            },
        )
        self.query = foundation.function(
            "query",
            "data-query",
            "Answers queries from the processed and the raw table",
            grants=(
                self.raw.querying(),
                self.processed.querying(),
                foundation.api_key.reading(),
                foundation.page_token_key.reading(),
            ),
            environment={
                "RAW_TABLE": self.raw.name,
                "PROCESSED_TABLE": self.processed.name,
                "PAGE_TOKEN_PARAMETER": foundation.page_token_key.name,
                "PIPELINE_VERSION": VERSION,
                **asks_for_api_key,
            },
        )
        self.replay = foundation.function(
            "replay",
            "data-replay",
            "Enqueues raw readings to be processed again",
            reserved_concurrency=settings.concurrency.rare,
            grants=(
                self.raw.querying(),
                marks.marking(),
                self.ingestion.sending(),
                foundation.api_key.reading(),
            ),
            environment={
                "RAW_TABLE": self.raw.name,
                "IDEMPOTENCY_TABLE": marks.name,
                "INGESTION_QUEUE_URL": self.ingestion.url,
                **asks_for_api_key,
            },
        )
        QueueConsumer(
            scope,
            "processing",
            queue=self.ingestion,
            function=self.process,
            most_batches_at_once=settings.concurrency.batches,
        )
        self.functions = {
            "ingest": self.ingest,
            "process": self.process,
            "query": self.query,
            "replay": self.replay,
        }

    def routes(self) -> list[Route]:
        """What the API answers of this context."""
        return [
            Route("POST", "/ingest", self.ingest),
            Route("POST", "/events", self.ingest),
            Route("GET", "/devices/{device_id}/events", self.query),
            Route("POST", "/process", self.replay),
            Route("GET", "/query", self.query),
            Route("GET", "/health", self.query),
        ]

    def watches(self) -> list[Watch]:
        """What is watched beside the functions."""
        return [
            *table_watches("raw", self.raw),
            *table_watches("processed", self.processed),
            dead_letter_watch("ingestion_dead_letters", self.ingestion.dead_letters.name),
            *backlog_watches("ingestion", self.ingestion.name),
        ]
