"""What dead letters promise, in memory and in SQS alike."""

from dataclasses import replace

import pytest
from botocore.exceptions import ClientError
from samples.stack import create_queue

from edge.adapters.memory import MemoryDeadLetters
from edge.adapters.sqs import SqsDeadLetters
from edge.queue import DeadLetter
from kernel.errors import Throttled, Unavailable

LETTER = DeadLetter('{"v": 2}', "Invalid", "v: is unknown", "message-1", "process")


@pytest.fixture
def queue_url(aws):
    return create_queue(aws("sqs"), "ingestion_dead_letters_queue")


@pytest.fixture
def queued(aws, queue_url):
    """The real dead letters, and a way to see what lies in the queue."""

    def letters():
        answer = aws("sqs").receive_message(
            QueueUrl=queue_url, MaxNumberOfMessages=10, MessageAttributeNames=["All"]
        )
        return [letter_of(message) for message in answer.get("Messages", ())]

    return SqsDeadLetters(aws("sqs"), queue_url), letters


@pytest.fixture(params=["memory", "sqs"])
def dead_letters(request):
    if request.param == "sqs":
        return request.getfixturevalue("queued")
    kept = MemoryDeadLetters()
    return kept, lambda: kept.letters


def letter_of(message):
    texts = {name: one["StringValue"] for name, one in message["MessageAttributes"].items()}
    return DeadLetter(body=message["Body"], **texts)


def test_a_letter_is_kept_with_its_body_untouched_and_its_reason(dead_letters):
    put, letters = dead_letters[0].put, dead_letters[1]
    put(LETTER)
    assert letters() == [LETTER]


def test_the_same_poison_twice_is_two_letters(dead_letters):
    put, letters = dead_letters[0].put, dead_letters[1]
    put(LETTER)
    put(replace(LETTER, message_id="message-2"))
    assert sorted(letter.message_id for letter in letters()) == ["message-1", "message-2"]


@pytest.mark.parametrize(
    ("reason", "readable"),
    [
        ("tab\tnull\x00 bell\x07", "tab\\tnull\\x00 bell\\x07"),
        ("Grad °C", "Grad \\xb0C"),
        ("broken \ud800 \ufffe", "broken \\ud800 \\ufffe"),
        ("", "unknown"),
        ("x" * 5_000, "x" * 1_024),
    ],
)
def test_a_reason_that_sqs_would_refuse_is_written_so_that_it_takes_it(queued, reason, readable):
    dead_letters, letters = queued
    dead_letters.put(replace(LETTER, reason=reason))
    (letter,) = letters()
    assert letter == replace(LETTER, reason=readable)


@pytest.mark.parametrize(
    ("code", "status", "expected"),
    [
        ("RequestThrottled", 403, Throttled),
        ("ServiceUnavailable", 503, Unavailable),
        ("AccessDenied", 403, ClientError),
    ],
)
def test_a_letter_that_sqs_did_not_take_is_not_passed_over(queued, refuse, code, status, expected):
    refuse("sqs", "SendMessage", code, status)
    with pytest.raises(expected):
        queued[0].put(LETTER)
