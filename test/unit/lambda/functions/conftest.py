"""The pipeline's functions on an AWS in memory, wired as the stack wires them."""

import json

import pytest
from samples.api_calls import api_call

import kernel.aws
from functions import ingest, process, query, replay
from kernel import wiring

_TABLES = {
    "RAW_TABLE": ("raw", ("device_id", "segment")),
    "PROCESSED_TABLE": ("processed", ("device_date", "segment")),
    "IDEMPOTENCY_TABLE": ("idempotency", ("id",)),
}
_PARAMETERS = {
    "API_KEY_PARAMETER": ("/api-key", "unset"),
    "CONFIG_PARAMETER": ("/config", '{"error_threshold": 1}'),
    "PAGE_TOKEN_PARAMETER": ("/page-token-key", "secret"),
}


class Pipeline:
    """One environment: its functions' handlers, and its queues as a person would look at them."""

    def __init__(self, aws, overhear, set_variable):
        self.aws, self.refuse, self.relent = aws, overhear.refuse, overhear.end
        for variable, (name, keys) in _TABLES.items():
            set_variable(variable, name)
            self._create_table(name, keys)
        for variable, (name, value) in _PARAMETERS.items():
            set_variable(variable, name)
            self.set_parameter(name, value)
        self.queue_url, self.dead_letter_url, subscriber = (
            aws("sqs").create_queue(QueueName=name)["QueueUrl"]
            for name in ("ingestion", "ingestion-dlq", "people")
        )
        self.subscriber_url = subscriber
        topic = aws("sns").create_topic(Name="alerts")["TopicArn"]
        inbox = aws("sqs").get_queue_attributes(QueueUrl=subscriber, AttributeNames=["QueueArn"])
        endpoint = inbox["Attributes"]["QueueArn"]
        aws("sns").subscribe(TopicArn=topic, Protocol="sqs", Endpoint=endpoint)
        set_variable("INGESTION_QUEUE_URL", self.queue_url)
        set_variable("DEAD_LETTER_QUEUE_URL", self.dead_letter_url)
        set_variable("ALERT_TOPIC_ARN", topic)
        set_variable("API_KEY_PLACEHOLDER", "unset")
        set_variable("PIPELINE_VERSION", "1.2.3")
        self.restart()

    def call(self, function, route, body=None, **how):
        """Status, body and headers of one call of the API."""
        answer = function.handler(api_call(route, body, **how), None)
        return answer["statusCode"], json.loads(answer["body"]), answer["headers"]

    def ingest(self, body, **headers):
        """Call `POST /ingest`; header names are given with underscores."""
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        return self.call(ingest, "POST /ingest", body, headers=named)

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
        bodies = bodies or [message["Body"] for message in self.messages()]
        records = [{"messageId": str(n), "body": body} for n, body in enumerate(bodies)]
        answer = process.handler({"Records": records}, None)
        return [int(failure["itemIdentifier"]) for failure in answer["batchItemFailures"]]

    def set_parameter(self, name, value):
        """Set a parameter as an operator does; containers see it when they `restart`."""
        self.aws("ssm").put_parameter(Name=name, Value=value, Type="SecureString", Overwrite=True)

    def restart(self):
        """Go on in new containers."""
        for module in (ingest, process, query, replay, wiring):
            for member in list(vars(module).values()):
                if hasattr(member, "cache_clear") and member is not kernel.aws.client:
                    member.cache_clear()

    def _create_table(self, name, keys):
        kinds = zip(keys, ("HASH", "RANGE"), strict=False)
        self.aws("dynamodb").create_table(
            TableName=name,
            KeySchema=[{"AttributeName": key, "KeyType": kind} for key, kind in kinds],
            AttributeDefinitions=[{"AttributeName": key, "AttributeType": "S"} for key in keys],
            BillingMode="PAY_PER_REQUEST",
        )


@pytest.fixture
def pipeline(aws, overhear, monkeypatch):
    """A pipeline with nothing in it."""
    made = Pipeline(aws, overhear, monkeypatch.setenv)
    yield made
    made.restart()
