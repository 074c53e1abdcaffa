"""Readings on their way: ingest ─▶ raw table, queue ─▶ process ─▶ processed table ─▶ query.

What was processed goes on to evaluation.
"""

from collections.abc import Mapping

from lib.constructs.alarms import Watch
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
        foundation.function(
            "ingest",
            "telemetry.ingest",
            "data-ingestion",
            "Validates readings, keeps them raw and enqueues them",
            grants=(
                self.raw.appending(),
                self.raw.putting_absent(),
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
        process = foundation.function(
            "process",
            "telemetry.process",
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
        foundation.function(
            "query",
            "telemetry.query",
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
        foundation.function(
            "replay",
            "telemetry.reprocess",
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
        foundation.consume("processing", self.ingestion, process)

    def watches(self) -> list[Watch]:
        """Nothing beside tables, queues and functions."""
        return []

    def outputs(self) -> Mapping[str, str]:
        """What whoever deployed is told."""
        return {
            "RawSensorTableName": self.raw.name,
            "ProcessedDataTableName": self.processed.name,
            "IngestionQueueArn": self.ingestion.arn,
            "IngestionQueueUrl": self.ingestion.url,
            "IngestionDeadLetterQueueUrl": self.ingestion.dead_letters.url,
        }
