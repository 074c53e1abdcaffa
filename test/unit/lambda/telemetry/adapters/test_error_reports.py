"""What error reports promise, in memory and in SNS alike."""

import json

import pytest
from botocore.exceptions import ClientError

from kernel.errors import Throttled, Unavailable
from telemetry.adapters.memory import MemoryErrorReports
from telemetry.adapters.sns import SnsErrorReports

REPORT = {"failed_messages": 6, "within_seconds": 300, "last_message_id": "é-1"}


@pytest.fixture
def topic(aws):
    """The real reports, and a way to see what subscribers got."""
    arn = aws("sns").create_topic(Name="alerts")["TopicArn"]
    url = aws("sqs").create_queue(QueueName="subscriber")["QueueUrl"]
    queue = aws("sqs").get_queue_attributes(QueueUrl=url, AttributeNames=["QueueArn"])
    aws("sns").subscribe(TopicArn=arn, Protocol="sqs", Endpoint=queue["Attributes"]["QueueArn"])

    def published():
        messages = aws("sqs").receive_message(QueueUrl=url, MaxNumberOfMessages=10)["Messages"]
        notices = [json.loads(message["Body"]) for message in messages]
        return [(notice["Subject"], json.loads(notice["Message"])) for notice in notices]

    return SnsErrorReports(aws("sns"), arn), published


@pytest.fixture(params=["memory", "sns"])
def reports(request):
    if request.param == "sns":
        return request.getfixturevalue("topic")
    kept = MemoryErrorReports()
    return kept, lambda: kept.reports


def test_a_report_reaches_whoever_subscribed(reports):
    publishing, published = reports
    publishing.publish("Telemetry processing fails", REPORT)
    assert published() == [("Telemetry processing fails", REPORT)]


@pytest.mark.parametrize(
    ("code", "status", "expected"),
    [
        ("Throttling", 400, Throttled),
        ("InternalError", 500, Unavailable),
        ("AuthorizationError", 403, ClientError),
    ],
)
def test_a_report_that_sns_did_not_take_is_not_passed_over(topic, overhear, code, status, expected):
    refusal = {"Error": {"Code": code, "Message": "not now"}}
    overhear("sns", "Publish", lambda _: (status, refusal))
    with pytest.raises(expected):
        topic[0].publish("Telemetry processing fails", REPORT)
