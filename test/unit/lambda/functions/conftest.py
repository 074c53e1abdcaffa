"""The pipeline's functions on an AWS in memory, wired as the stack wires them."""

import json

import pytest
from samples.api_calls import api_call
from samples.invocations import Invocation
from samples.lambda_events import queue_batch, received_batch
from samples.stack import AwsInMemory

from edge.container import Container
from functions.alerting import evaluate
from functions.states import count
from functions.telemetry import ingest, process, query
from kernel.clock import now_ms

# Where they differ from what a user gets who sets nothing, and what operators have set.
_SETTINGS = {"PIPELINE_VERSION": "1.2.3", "RAW_RETENTION_DAYS": "3650"}
_PARAMETERS = {"api_key": "unset", "config": '{"error_threshold": 1}', "page_token_key": "secret"}


class Pipeline:
    """One environment: its functions' handlers, and its queues as a person would look at them."""

    def __init__(self, aws, overhear):
        self.environment, self.clock = dict(_SETTINGS), now_ms
        self.aws, self.refuse, self.relent = aws, overhear.refuse, overhear.end
        self.kill_after, self.overhear = overhear.kill_after, overhear
        self.invocation = Invocation()
        self._stack = AwsInMemory(aws, _PARAMETERS)
        self.table, self.set_parameter = self._stack.table, self._stack.set_parameter
        self.restart()

    @property
    def queue_url(self):
        """Where readings wait to be processed."""
        return self._stack.queue("ingestion")

    @property
    def evaluation_url(self):
        """Where readings wait to be evaluated."""
        return self._stack.queue("evaluation")

    @property
    def states_url(self):
        """Where states wait to be counted."""
        return self._stack.queue("states")

    @property
    def reports_url(self):
        """Where somebody hears of errors."""
        return self._stack.subscriber("alerts")

    @property
    def people_url(self):
        """Where somebody hears of devices' alerts."""
        return self._stack.subscriber("notifications")

    def event(self, route, body=None, **how):
        """One call of the API as the function gets it."""
        return api_call(route, body, **how)

    def call(self, function, route, body=None, **how):
        """Status, body and headers of one call of the API."""
        answer = self.invoke(function, self.event(route, body, **how))
        return answer["statusCode"], json.loads(answer["body"] or "null"), answer["headers"]

    def ingest(self, body, *, request_id="request-1", **headers):
        """Call `POST /ingest`; header names are given with underscores."""
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        return self.call(ingest, "POST /ingest", body, headers=named, request_id=request_id)

    def items(self, **parameters):
        """The items of one page of a query."""
        status, content, _ = self.call(query, "GET /query", query=parameters)
        assert status == 200, content
        return content["items"]

    def messages(self, url=None):
        """Take what lies in a queue (the ingestion queue) out of it."""
        url, found = url or self.queue_url, []
        asked = {"QueueUrl": url, "MaxNumberOfMessages": 10, "MessageAttributeNames": ["All"]}
        while taken := self.aws("sqs").receive_message(**asked).get("Messages"):
            found += taken
            for one in taken:
                self.aws("sqs").delete_message(QueueUrl=url, ReceiptHandle=one["ReceiptHandle"])
        return found

    def dead_letters(self, queue):
        """Take the dead letters of a queue, `ingestion`, out of theirs."""
        return self.messages(self._stack.queue(f"{queue}_dead_letters"))

    def process(self, *bodies):
        """Process bodies, by default all that is queued; gives the positions that failed."""
        return self._consume(process, self.queue_url, bodies)

    def evaluate(self, *bodies):
        """Evaluate bodies, by default all that is queued; gives the positions that failed."""
        return self._consume(evaluate, self.evaluation_url, bodies)

    def count(self, *bodies):
        """Count bodies, by default all that is queued; gives the positions that failed."""
        return self._consume(count, self.states_url, bodies)

    def _consume(self, function, url, bodies):
        bodies = bodies or [message["Body"] for message in self.messages(url)]
        answer = self.invoke(function, queue_batch(*bodies))
        return [int(failure["itemIdentifier"]) for failure in answer["batchItemFailures"]]

    def deliver(self, function, url):
        """Hand a function ten messages of its queue as Lambda does; gives the records that failed.

        The others leave the queue.
        """
        asked = {"QueueUrl": url, "MaxNumberOfMessages": 10, "AttributeNames": ["All"]}
        event = received_batch(self.aws("sqs").receive_message(**asked)["Messages"])
        answer, records = self.invoke(function, event), event["Records"]
        again = {failure["itemIdentifier"] for failure in answer["batchItemFailures"]}
        for record in records:
            if record["messageId"] not in again:
                handle = record["receiptHandle"]
                self.aws("sqs").delete_message(QueueUrl=url, ReceiptHandle=handle)
        return [record for record in records if record["messageId"] in again]

    def restart(self):
        """Go on in new containers."""
        self._built = {}

    def invoke(self, module, event):
        """What a function answers, in the container in which it was built."""
        if module not in self._built:
            container = Container(self._told(module), self.aws, lambda: self.clock())
            self._built[module] = module.build(container)
        return self._built[module](event, self.invocation)

    def _told(self, module):
        """What the stack tells a function, and nothing that it tells others."""
        told = self._stack.environment(module.__name__)
        return told | {name: self.environment[name] for name in told.keys() & self.environment}


@pytest.fixture
def pipeline(aws, overhear):
    """A pipeline with nothing in it."""
    return Pipeline(aws, overhear)
