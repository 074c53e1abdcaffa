"""Device states: bucket, states queue ─▶ count ─▶ counters ─▶ stats, and counting again."""

from collections.abc import Mapping, Sequence

from constructs import Construct

from lib.constructs.alarms import Watch
from lib.constructs.bucket import Bucket
from lib.constructs.policy import Grant
from lib.constructs.work_queue import WorkQueue
from lib.settings import Settings
from lib.stacks.foundation import Foundation

_COUNT_TIMEOUT_SECONDS = 60
# The longest that Lambda lets a function run: a year may have to be read.
_RECOUNT_TIMEOUT_SECONDS = 15 * 60
_RECOUNT_MEMORY_MB = 2_048


class StatesIntake:
    """Where device states go in: kept in the bucket, handed to the queue."""

    def __init__(self, bucket: Bucket, queue: WorkQueue) -> None:
        self._bucket, self._queue = bucket, queue
        self.environment = {"RAW_BUCKET": bucket.name, "STATES_QUEUE_URL": queue.url}

    def taking_in(self) -> list[Grant]:
        """Keep bodies, and hand over what they add up to."""
        return [self._bucket.keeping(), self._queue.sending()]


class States:
    """The bucket, the table, the queue and the functions of the states context."""

    def __init__(self, scope: Construct, settings: Settings, foundation: Foundation) -> None:
        place = foundation.place
        self.bucket = Bucket(
            scope,
            "raw_states",
            # Names of buckets are shared by everybody in the world.
            name=f"{settings.named('device-states')}-{place.account_id}-{settings.aws_region}",
            key_arn=foundation.key_arn,
            retention_days=settings.raw_retention_days,
            protected=settings.protect_data,
        )
        self.counts = foundation.table(
            "counts", "device-state-counts", partition_key="date", sort_key="type_state"
        )
        self.queue = foundation.work_queue(
            "states", "device-states", consumer_timeout_seconds=_COUNT_TIMEOUT_SECONDS
        )
        self.intake = StatesIntake(self.bucket, self.queue)
        marks = foundation.idempotency
        counters = {"COUNTS_TABLE": self.counts.name, "IDEMPOTENCY_TABLE": marks.name}
        count = foundation.function(
            "count",
            "states.count",
            "state-counter",
            "Counts device states by day, type and state",
            timeout_seconds=_COUNT_TIMEOUT_SECONDS,
            grants=(
                self.counts.allowing("CountIn", "UpdateItem"),
                marks.allowing("Mark", "PutItem"),
                self.queue.consuming(),
                self.queue.dead_letters.burying(),
            ),
            environment={
                "STATES_QUEUE_URL": self.queue.url,
                "DEAD_LETTER_QUEUE_URL": self.queue.dead_letters.url,
                **counters,
            },
        )
        foundation.function(
            "stats",
            "states.stats",
            "state-stats",
            "Shows what was counted, to programs and to people",
            reserved_concurrency=settings.concurrency.people,
            grants=(
                self.counts.querying(),
                foundation.api_key.reading(),
                foundation.page_token_key.reading(),
            ),
            environment={
                "COUNTS_TABLE": self.counts.name,
                "PAGE_TOKEN_PARAMETER": foundation.page_token_key.name,
                **foundation.asks_for_api_key,
            },
        )
        self.recount = foundation.function(
            "recount",
            "states.recount",
            "state-recount",
            "Counts a day again from what was kept as sent",
            timeout_seconds=_RECOUNT_TIMEOUT_SECONDS,
            memory_mb=_RECOUNT_MEMORY_MB,
            reserved_concurrency=settings.concurrency.background,
            grants=(
                *self.bucket.reading(),
                self.counts.querying(),
                self.counts.allowing("Correct", "UpdateItem"),
                marks.allowing("LookUp", "BatchGetItem"),
                self.queue.sending(),
            ),
            environment={
                "RAW_BUCKET": self.bucket.name,
                "STATES_QUEUE_URL": self.queue.url,
                "RAW_RETENTION_DAYS": str(settings.raw_retention_days),
                **counters,
            },
        )
        foundation.consume("counting", self.queue, count)

    def watches(self) -> Sequence[Watch]:
        """Nothing beside tables, queues and functions."""
        return []

    def outputs(self) -> Mapping[str, str]:
        """What whoever deployed is told."""
        return {
            "RawStatesBucketName": self.bucket.name,
            "DeviceStateCountsTableName": self.counts.name,
            "StatesQueueArn": self.queue.arn,
            "StatesQueueUrl": self.queue.url,
            "StatesDeadLetterQueueUrl": self.queue.dead_letters.url,
            "RecountFunctionName": self.recount.name,
        }
