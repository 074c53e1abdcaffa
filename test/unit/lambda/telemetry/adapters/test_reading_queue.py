"""What the reading queue promises, in memory and in SQS alike."""

import pytest
from samples.readings import START, reading
from samples.stack import create_queue

from readings.messages import ReadingMessage
from telemetry.adapters.memory import MemoryReadingQueue
from telemetry.adapters.sqs import SqsReadingQueue
from telemetry.messages import messages_of
from telemetry.segmenting import cut_into_segments

MOST_BYTES = 262_144


@pytest.fixture
def sqs(aws):
    """The real queue, and a way to take everything out of it."""
    url = create_queue(aws("sqs"), "ingestion_queue")

    def arrived():
        found = []
        while (
            messages := aws("sqs")
            .receive_message(QueueUrl=url, MaxNumberOfMessages=10)
            .get("Messages")
        ):
            found += [ReadingMessage.decode(message["Body"]) for message in messages]
        return found

    return SqsReadingQueue(aws("sqs"), url), arrived


@pytest.fixture(params=["memory", "sqs"])
def queue(request):
    if request.param == "sqs":
        return request.getfixturevalue("sqs")
    kept = MemoryReadingQueue()
    return kept, lambda: kept.messages


def messages_with(how_many, text="é"):
    readings = [reading(timestamp=START + n, text=text, n=n) for n in range(how_many)]
    return [
        ReadingMessage(f"request-{n}", START, (segment,))
        for n, segment in enumerate(cut_into_segments(readings, 1))
    ]


def by_request(messages):
    return {message.request_id: message for message in messages}


@pytest.mark.parametrize("how_many", [0, 1, 10, 11, 27])
def test_every_message_arrives_as_it_was_sent(queue, how_many):
    (sending, arrived), messages = queue, messages_with(how_many)
    sending.send(iter(messages))
    found = arrived()
    assert len(found) == how_many
    assert by_request(found) == by_request(messages)


def test_a_call_takes_ten_messages_and_no_more_than_sqs_allows(sqs, overhear):
    heard = overhear("sqs", "SendMessageBatch")
    sqs[0].send(messages_with(25) + messages_with(9, text="é" * 15_000))
    sizes = [[len(one["MessageBody"].encode()) for one in call["Entries"]] for call in heard]
    assert all(len(call) <= 10 and sum(call) <= MOST_BYTES for call in sizes)
    assert sum(len(call) for call in sizes) == 34
    assert len(sqs[1]()) == 34


def test_the_largest_messages_fit(sqs):
    readings = [reading(timestamp=START + n, text="x" * 99_000) for n in range(9)]
    messages = list(messages_of(cut_into_segments(readings, 500), "request-1", START))
    sqs[0].send(messages)
    found = [
        one for message in sqs[1]() for segment in message.segments for one in segment.readings
    ]
    assert sorted(one.timestamp for one in found) == [one.timestamp for one in readings]
