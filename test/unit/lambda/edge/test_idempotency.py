import dataclasses
import itertools

import pytest
from samples.api_calls import api_call

from edge.adapters.memory import MemoryAttempts
from edge.http import Answer, Request
from edge.idempotency import once
from kernel.errors import Conflict, Invalid, Unavailable


class Caller:
    """Sends requests and remembers what each run was given."""

    def __init__(self):
        self.attempts, self.clock, self.runs = MemoryAttempts(), itertools.count(1_000), []

    def send(self, body, key="key-1", act=None, parse=None):
        headers = {"Idempotency-Key": key} if key else {}
        event = api_call("POST /ingest", body, headers=headers)
        request = dataclasses.replace(Request.of(event), request_id=f"request-{len(self.runs)}")

        def record(attempt):
            self.runs.append(attempt)
            return Answer(200, f'"{attempt.request_id} at {attempt.arrived_at}"')

        clock = lambda: next(self.clock)
        return once(request, self.attempts, clock, parse or (lambda a: a), act or record)


def test_the_same_key_and_body_give_the_first_answer_again():
    caller = Caller()
    assert caller.send("{}") == caller.send("{}")
    assert len(caller.runs) == 1


def test_without_a_key_every_request_is_its_own():
    caller = Caller()
    assert caller.send("{}", key=None) != caller.send("{}", key=None)


def test_the_same_key_with_another_body_is_a_conflict():
    caller = Caller()
    caller.send("{}")
    with pytest.raises(Conflict):
        caller.send('{"a": 1}')


def test_an_attempt_that_broke_off_goes_on_with_its_own_time_and_identity():
    caller = Caller()

    def fails(attempt):
        caller.runs.append(attempt)
        raise Unavailable("away")

    with pytest.raises(Unavailable):
        caller.send("{}", act=fails)
    caller.send("{}")
    first, second = caller.runs
    assert first == second


def test_a_request_that_cannot_be_parsed_leaves_its_key_free():
    caller = Caller()

    def refuses(_attempt):
        raise Invalid([])

    with pytest.raises(Invalid):
        caller.send("{}", parse=refuses)
    assert caller.send('{"a": 1}').status == 200


@pytest.mark.parametrize("key", ["é", "a" * 129, "tab\there"])
def test_an_unusable_key_is_refused_by_name(key):
    with pytest.raises(Invalid) as refused:
        Caller().send("{}", key=key)
    assert refused.value.faults[0].path == "Idempotency-Key"
