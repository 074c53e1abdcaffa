import pytest
from botocore.exceptions import ReadTimeoutError
from samples.invocations import Invocation

from kernel.aws import aws_failures, client
from kernel.errors import NoAnswer, Unavailable
from kernel.invocation import last_words, out_of_time, running, too_late_to_call

# The whole of what Lambda grants the functions of the API, in milliseconds.
SHORTEST = 27_000


@pytest.fixture
def queues(aws):
    """A client of a service in memory, as a container makes it; no other test gets it."""
    yield aws("sqs")
    client.cache_clear()


@pytest.mark.parametrize(
    ("remaining_ms", "takes_up", "calls", "takes_back"),
    [
        (SHORTEST, True, True, True),
        (17_000, False, True, True),
        (12_000, False, False, True),
        (3_000, False, False, False),
    ],
)
def test_first_nothing_new_is_taken_up_then_nothing_is_called_then_nothing_taken_back(
    remaining_ms, takes_up, calls, takes_back
):
    with running(Invocation(remaining_ms)):
        assert out_of_time() != takes_up
        assert too_late_to_call() != calls
        with last_words():
            assert too_late_to_call() != takes_back
        assert too_late_to_call() != calls


def test_a_call_that_comes_too_late_is_never_made(queues):
    with running(Invocation(10_000)), pytest.raises(Unavailable) as caught, aws_failures():
        queues.create_queue(QueueName="late")
    assert not isinstance(caught.value, NoAnswer)
    assert "QueueUrls" not in queues.list_queues()


def test_what_is_taken_back_is_taken_back_late(queues):
    with running(Invocation(10_000)), last_words():
        queues.create_queue(QueueName="late")
    assert len(queues.list_queues()["QueueUrls"]) == 1


def test_the_next_invocation_has_its_own_time(queues):
    with running(Invocation(0)):
        assert out_of_time()
    with running(Invocation(SHORTEST)):
        assert not out_of_time()
        queues.list_queues()


def test_a_call_that_had_no_answer_is_not_tried_again_too_late_and_may_have_been_done(queues):
    invocation, tried = Invocation(SHORTEST), []

    def time_out(**_):
        tried.append(invocation.remaining_ms)
        invocation.remaining_ms = 10_000
        raise ReadTimeoutError(endpoint_url="https://sqs.invalid")

    queues.meta.events.register("before-send", time_out)
    with running(invocation), pytest.raises(NoAnswer), aws_failures():
        queues.list_queues()
    assert tried == [SHORTEST]
