"""How the queue behaves when SQS refuses some messages, or all of them."""

import pytest
from botocore.exceptions import ClientError, ReadTimeoutError
from samples.readings import START, reading
from samples.stack import create_queue

from kernel.errors import PartlySent, Throttled, Unavailable
from readings.messages import ReadingMessage
from telemetry.adapters.sqs import SqsReadingQueue
from telemetry.segmenting import cut_into_segments


@pytest.fixture
def queue(aws):
    return SqsReadingQueue(aws("sqs"), create_queue(aws("sqs"), "ingestion_queue"))


def messages(how_many):
    segments = tuple(cut_into_segments([reading()], 1))
    return [ReadingMessage(f"request-{n}", START, segments) for n in range(how_many)]


def sent(heard):
    return [
        [ReadingMessage.decode(entry["MessageBody"]).request_id for entry in call["Entries"]]
        for call in heard
    ]


def failing(ids):
    """An answer in which the entries with these ids failed."""

    def answer(parameters):
        failed = [
            {"Id": entry["Id"], "SenderFault": False, "Code": "InternalError"}
            for entry in parameters["Entries"]
            if entry["Id"] in ids
        ]
        return 200, {"Failed": failed}

    return answer


def test_messages_that_failed_are_sent_again_without_the_others(queue, overhear):
    answers = [failing({"1", "3"}), failing({"3"}), failing(set())]
    heard = overhear("sqs", "SendMessageBatch", lambda asked: answers.pop(0)(asked))
    queue.send(messages(4))
    assert sent(heard) == [
        ["request-0", "request-1", "request-2", "request-3"],
        ["request-1", "request-3"],
        ["request-3"],
    ]


def test_messages_that_fail_again_and_again_make_the_queue_unavailable(queue, overhear, capsys):
    heard = overhear("sqs", "SendMessageBatch", failing({"0"}))
    with pytest.raises(Unavailable):
        queue.send(messages(2))
    assert [len(call) for call in sent(heard)] == [2, 1, 1]
    assert '"codes": ["InternalError"]' in capsys.readouterr().out


@pytest.mark.parametrize(
    ("code", "status", "expected"),
    [
        ("RequestThrottled", 403, Throttled),
        ("ThrottlingException", 400, Throttled),
        ("ServiceUnavailable", 503, Unavailable),
        ("AccessDenied", 403, ClientError),
        ("AWS.SimpleQueueService.NonExistentQueue", 400, ClientError),
    ],
)
def test_a_failure_says_whether_it_may_pass(queue, overhear, code, status, expected):
    refusal = {"Error": {"Code": code, "Message": "not now"}}
    overhear("sqs", "SendMessageBatch", lambda _: (status, refusal))
    with pytest.raises(expected):
        queue.send(messages(1))


def test_messages_that_no_call_has_taken_have_surely_not_left(queue, overhear):
    overhear("sqs", "SendMessageBatch", failing({"0", "1"}))
    with pytest.raises(Unavailable) as refused:
        queue.send(messages(2))
    assert not isinstance(refused.value, PartlySent)


def test_once_a_message_has_left_the_failure_of_the_others_says_so(queue, overhear):
    overhear("sqs", "SendMessageBatch", failing({"1"}))
    with pytest.raises(PartlySent):
        queue.send(messages(2))


def test_a_call_without_an_answer_may_have_sent_its_messages(queue, overhear):
    def no_answer(_parameters):
        raise ReadTimeoutError(endpoint_url="https://aws.invalid")

    overhear("sqs", "SendMessageBatch", no_answer)
    with pytest.raises(PartlySent):
        queue.send(messages(1))
