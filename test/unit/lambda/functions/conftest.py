"""The pipeline's functions on an AWS in memory, wired as the stack wires them."""

import json

import pytest
from samples.api_calls import api_call
from samples.invocations import Invocation
from samples.tables import create_alerting_tables, create_table

from edge.container import Container
from functions.alerting import evaluate
from functions.states import count
from functions.telemetry import ingest, process, query
from kernel.clock import now_ms

_TABLES = {
    "RAW_TABLE": ("raw", ("device_id", "segment")),
    "PROCESSED_TABLE": ("processed", ("device_date", "segment")),
    "IDEMPOTENCY_TABLE": ("idempotency", ("id",)),
    "COUNTS_TABLE": ("counts", ("date", "type_state")),
}
_ALERTING_TABLES = {
    "RULES_TABLE": "rules",
    "RULE_STATES_TABLE": "states",
    "ALERTS_TABLE": "alerts",
}
_PARAMETERS = {
    "API_KEY_PARAMETER": ("/api-key", "unset"),
    "CONFIG_PARAMETER": ("/config", '{"error_threshold": 1}'),
    "PAGE_TOKEN_PARAMETER": ("/page-token-key", "secret"),
}


class Pipeline:
    """One environment: its functions' handlers, and its queues as a person would look at them."""

    def __init__(self, aws, overhear):
        self.environment, self.clock = {}, now_ms
        set_variable = self.environment.__setitem__
        self.aws, self.refuse, self.relent = aws, overhear.refuse, overhear.end
        self.kill_after, self.overhear = overhear.kill_after, overhear
        self.invocation = Invocation()
        for variable, (name, keys) in _TABLES.items():
            set_variable(variable, name)
            create_table(aws("dynamodb"), name, *keys)
        for variable, name in _ALERTING_TABLES.items():
            set_variable(variable, name)
        create_alerting_tables(aws("dynamodb"))
        for variable, (name, value) in _PARAMETERS.items():
            set_variable(variable, name)
            self.set_parameter(name, value)
        names = ("ingestion", "dlq", "evaluation", "states", "people")
        urls = [aws("sqs").create_queue(QueueName=name)["QueueUrl"] for name in names]
        self.queue_url, self.dead_letter_url, self.evaluation_url, self.states_url = urls[:4]
        subscriber = urls[4]
        where = {"LocationConstraint": "eu-central-1"}
        aws("s3").create_bucket(Bucket="raw-states", CreateBucketConfiguration=where)
        set_variable("RAW_BUCKET", "raw-states")
        set_variable("RAW_RETENTION_DAYS", "3650")
        set_variable("STATES_QUEUE_URL", self.states_url)
        self.subscriber_url = subscriber
        topic = aws("sns").create_topic(Name="alerts")["TopicArn"]
        inbox = aws("sqs").get_queue_attributes(QueueUrl=subscriber, AttributeNames=["QueueArn"])
        endpoint = inbox["Attributes"]["QueueArn"]
        aws("sns").subscribe(TopicArn=topic, Protocol="sqs", Endpoint=endpoint)
        set_variable("INGESTION_QUEUE_URL", self.queue_url)
        set_variable("DEAD_LETTER_QUEUE_URL", self.dead_letter_url)
        set_variable("EVALUATION_QUEUE_URL", self.evaluation_url)
        set_variable("ALERT_TOPIC_ARN", topic)
        set_variable("NOTIFICATION_TOPIC_ARN", topic)
        set_variable("API_KEY_PLACEHOLDER", "unset")
        set_variable("PIPELINE_VERSION", "1.2.3")
        set_variable("LATENESS_SECONDS", "900")
        set_variable("PARAMETERS_FRESH_SECONDS", "60")
        set_variable("READING_RETENTION_DAYS", "0")
        self.restart()

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
        records = [
            {
                "messageId": str(n),
                "receiptHandle": f"receipt-{n}",
                "body": body,
                "attributes": {"ApproximateReceiveCount": "1"},
            }
            for n, body in enumerate(bodies)
        ]
        answer = self.invoke(function, {"Records": records})
        return [int(failure["itemIdentifier"]) for failure in answer["batchItemFailures"]]

    def deliver(self, function, url):
        """Hand a function ten messages of its queue as Lambda does; gives the records that failed.

        The others leave the queue.
        """
        asked = {"QueueUrl": url, "MaxNumberOfMessages": 10, "AttributeNames": ["All"]}
        records = [
            {
                "messageId": one["MessageId"],
                "receiptHandle": one["ReceiptHandle"],
                "body": one["Body"],
                "attributes": one["Attributes"],
            }
            for one in self.aws("sqs").receive_message(**asked)["Messages"]
        ]
        answer = self.invoke(function, {"Records": records})
        again = {failure["itemIdentifier"] for failure in answer["batchItemFailures"]}
        for record in records:
            if record["messageId"] not in again:
                handle = record["receiptHandle"]
                self.aws("sqs").delete_message(QueueUrl=url, ReceiptHandle=handle)
        return [record for record in records if record["messageId"] in again]

    def set_parameter(self, name, value):
        """Set a parameter as an operator does; containers see it when they `restart`."""
        self.aws("ssm").put_parameter(Name=name, Value=value, Type="SecureString", Overwrite=True)

    def restart(self):
        """Go on in new containers."""
        self._built = {}

    def invoke(self, module, event):
        """What a function answers, in the container in which it was built."""
        if module not in self._built:
            container = Container(self.environment, self.aws, lambda: self.clock())
            self._built[module] = module.build(container)
        return self._built[module](event, self.invocation)


@pytest.fixture
def pipeline(aws, overhear):
    """A pipeline with nothing in it."""
    return Pipeline(aws, overhear)
