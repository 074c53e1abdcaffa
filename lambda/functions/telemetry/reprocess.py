"""`POST /process`: what lies raw is processed again."""

from edge.container import Container, Function, on_first_use
from edge.http import Answer, Request
from edge.idempotency import Attempt, once
from kernel.invocation import out_of_time
from telemetry.adapters.dynamodb import DynamoDbRawReadings
from telemetry.adapters.sqs import SqsReadingQueue
from telemetry.http import reprocessed
from telemetry.reprocess import Reprocess, ReprocessRequest
from telemetry.requests import parse_reprocess


def build(container: Container) -> Function:
    """Raw readings go to the queue once more, as many as there is time for."""
    # What was sent a moment ago is to be processed again as well.
    raw = DynamoDbRawReadings(
        container.aws("dynamodb"), container.setting("RAW_TABLE"), consistent=True
    )
    queue = SqsReadingQueue(container.aws("sqs"), container.setting("INGESTION_QUEUE_URL"))
    reprocess, attempts = Reprocess(raw, queue), container.attempts()

    def post_process(request: Request) -> Answer:
        def parse(attempt: Attempt) -> tuple[ReprocessRequest, str]:
            return parse_reprocess(request.body), attempt.request_id

        def act(parsed: tuple[ReprocessRequest, str]) -> Answer:
            asked, request_id = parsed
            return reprocessed(asked, reprocess(asked, request_id, out_of_time))

        return once(request, attempts, container.clock, parse, act)

    return container.answering({"POST /process": post_process})


handler = on_first_use(build)
