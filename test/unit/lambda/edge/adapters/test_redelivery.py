"""Messages that were received are hidden for the time that is asked for."""

import pytest
from botocore.exceptions import ClientError
from samples.stack import create_queue

from edge.adapters.sqs import SqsRedelivery
from kernel.errors import Throttled, Unavailable


@pytest.fixture
def queue_url(aws):
    return create_queue(aws("sqs"), "ingestion_queue")


@pytest.fixture
def received(aws, queue_url):
    """Receives what the queue shows: receipt handles by body."""

    def receive():
        answer = aws("sqs").receive_message(QueueUrl=queue_url, MaxNumberOfMessages=10)
        return {one["Body"]: one["ReceiptHandle"] for one in answer.get("Messages", ())}

    return receive


def test_only_what_is_put_off_comes_before_the_queue_would_show_it(aws, queue_url, received):
    for body in "abc":
        aws("sqs").send_message(QueueUrl=queue_url, MessageBody=body)
    handles = received()
    assert received() == {}
    SqsRedelivery(aws("sqs"), queue_url).put_off({handles["a"]: 0, handles["b"]: 300})
    assert received().keys() == {"a"}


def test_a_message_that_is_gone_keeps_no_other_from_being_put_off(aws, queue_url, received):
    aws("sqs").send_message(QueueUrl=queue_url, MessageBody="a")
    SqsRedelivery(aws("sqs"), queue_url).put_off({"gone": 0, received()["a"]: 0})
    assert received().keys() == {"a"}


@pytest.mark.parametrize(
    ("code", "status", "expected"),
    [
        ("RequestThrottled", 403, Throttled),
        ("ServiceUnavailable", 503, Unavailable),
        ("AccessDenied", 403, ClientError),
    ],
)
def test_what_sqs_does_not_do_is_not_passed_over(aws, queue_url, refuse, code, status, expected):
    refuse("sqs", "ChangeMessageVisibilityBatch", code, status)
    with pytest.raises(expected):
        SqsRedelivery(aws("sqs"), queue_url).put_off({"receipt": 5})
