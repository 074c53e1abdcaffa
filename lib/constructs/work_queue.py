"""A queue of work with its dead-letter queue, both encrypted at rest and on the way."""

from cdktf_cdktf_provider_aws.sqs_queue import SqsQueue
from constructs import Construct

from lib.constructs.place import Place
from lib.constructs.policy import Grant, compact, policy, sid_of, tls_only
from lib.settings import DEAD_LETTERS

_DAY_SECONDS = 24 * 60 * 60
# Four days to repair a consumer; SQS keeps nothing longer than fourteen.
_RETENTION_SECONDS = 4 * _DAY_SECONDS
_DEAD_LETTER_RETENTION_SECONDS = 14 * _DAY_SECONDS
_LONG_POLL_SECONDS = 20
# AWS: a message stays hidden for at least six times the consumer's timeout.
# https://docs.aws.amazon.com/lambda/latest/dg/services-sqs-configure.html
_TIMEOUTS_HIDDEN = 6
# With the waits of lambda/edge/redelivery.py a message that fails is tried for over an hour, 90
# minutes on average, before it is given up; poison does not wait for that. A message whose function
# crashes or times out stays hidden for the whole visibility timeout each time: it is given up after
# hours, having cost thirty runs and delayed those that share its batches.
_MOST_RECEIVES = 30


class WorkQueue(Construct):
    """A main queue that gives a message up after thirty receives, and the queue of dead letters."""

    def __init__(
        self,
        scope: Construct,
        id_: str,
        *,
        name: str,
        key_arn: str,
        place: Place,
        consumer_timeout_seconds: int,
    ) -> None:
        super().__init__(scope, id_)
        arn = place.arn("sqs", name)
        self.dead_letters = DeadLetterQueue(
            self,
            "dead_letters",
            name=f"{name}-{DEAD_LETTERS}",
            key_arn=key_arn,
            place=place,
            source_arn=arn,
        )
        queue = SqsQueue(
            self,
            "queue",
            name=name,
            visibility_timeout_seconds=_TIMEOUTS_HIDDEN * consumer_timeout_seconds,
            message_retention_seconds=_RETENTION_SECONDS,
            receive_wait_time_seconds=_LONG_POLL_SECONDS,
            kms_master_key_id=key_arn,
            policy=policy(tls_only(arn, "sqs:*")),
            # By reference, though the deployment takes 25 s longer than with a computed ARN: SQS
            # refuses a queue whose dead-letter queue is not there yet.
            redrive_policy=compact(
                {"deadLetterTargetArn": self.dead_letters.arn, "maxReceiveCount": _MOST_RECEIVES}
            ),
        )
        self._sid = sid_of(self)
        self.name = name
        self.arn = queue.arn
        self.url = queue.url

    def sending(self) -> Grant:
        """Put work in, one message or a batch at a time."""
        # SQS knows only the single action; the local engine asks for the batch's own name.
        return Grant(f"SendTo{self._sid}", ["sqs:SendMessage", "sqs:SendMessageBatch"], [self.arn])

    def consuming(self) -> Grant:
        """What Lambda needs to poll on a function's behalf, and it to put messages off."""
        actions = [
            # As with sending, the local engine asks for the batch's own name.
            "sqs:ChangeMessageVisibility",
            "sqs:ChangeMessageVisibilityBatch",
            "sqs:DeleteMessage",
            "sqs:GetQueueAttributes",
            "sqs:ReceiveMessage",
        ]
        return Grant(f"Consume{self._sid}", actions, [self.arn])


class DeadLetterQueue(Construct):
    """Messages that nobody could process, kept fourteen days for people."""

    def __init__(
        self,
        scope: Construct,
        id_: str,
        *,
        name: str,
        key_arn: str,
        place: Place,
        source_arn: str | None = None,
    ) -> None:
        super().__init__(scope, id_)
        arn = place.arn("sqs", name)
        allowed: dict[str, str | list[str]] = {"redrivePermission": "denyAll"}
        if source_arn:
            allowed = {"redrivePermission": "byQueue", "sourceQueueArns": [source_arn]}
        queue = SqsQueue(
            self,
            "queue",
            name=name,
            message_retention_seconds=_DEAD_LETTER_RETENTION_SECONDS,
            kms_master_key_id=key_arn,
            policy=policy(tls_only(arn, "sqs:*")),
            redrive_allow_policy=compact(allowed),
        )
        self._sid = sid_of(self)
        self.name = name
        self.arn = queue.arn
        self.url = queue.url

    def burying(self) -> Grant:
        """Put a dead letter in."""
        return Grant(f"BuryIn{self._sid}", ["sqs:SendMessage"], [self.arn])
