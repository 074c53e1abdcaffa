"""Lambda's poller between a queue and a function."""

from cdktf_cdktf_provider_aws.lambda_event_source_mapping import (
    LambdaEventSourceMapping,
    LambdaEventSourceMappingScalingConfig,
)
from constructs import Construct

from lib.constructs.python_function import PythonFunction
from lib.constructs.work_queue import WorkQueue

_MESSAGES_AT_ONCE = 10


class QueueConsumer(Construct):
    """Feeds a function batches of messages; of a batch, only those it reports come again."""

    def __init__(
        self,
        scope: Construct,
        id_: str,
        *,
        queue: WorkQueue,
        function: PythonFunction,
        most_batches_at_once: int,
    ) -> None:
        super().__init__(scope, id_)
        scaling = LambdaEventSourceMappingScalingConfig(maximum_concurrency=most_batches_at_once)
        LambdaEventSourceMapping(
            self,
            "mapping",
            event_source_arn=queue.arn,
            function_name=function.arn,
            batch_size=_MESSAGES_AT_ONCE,
            function_response_types=["ReportBatchItemFailures"],
            scaling_config=scaling,
        )
