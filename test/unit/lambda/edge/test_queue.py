import pytest
from samples.lambda_events import queue_batch

from edge.adapters.memory import MemoryDeadLetters, MemoryRedelivery
from edge.queue import Intake, Undone, consume, consume_together, in_groups
from kernel.errors import (
    Fault,
    Invalid,
    Malformed,
    NoAnswer,
    PartlySent,
    Throttled,
    Unavailable,
)


def batch(*bodies):
    return queue_batch(*bodies, ids=[f"id-{body}" for body in bodies])


def run(event, errors, dead_letters=None, out_of_time=lambda: False, redelivery=None):
    handled = []

    def handle(body):
        handled.append(body)
        if body in errors:
            raise errors[body]

    dead_letters = dead_letters or MemoryDeadLetters()
    redelivery = redelivery or MemoryRedelivery()
    outcome = consume(event, handle, Intake("process", dead_letters, redelivery), out_of_time)
    return outcome, handled, dead_letters


def test_one_bad_message_does_not_keep_the_others_from_being_handled():
    outcome, handled, _ = run(batch("a", "b", "c"), {"b": Throttled("busy")})
    assert handled == ["a", "b", "c"]
    assert outcome.to_lambda() == {"batchItemFailures": [{"itemIdentifier": "id-b"}]}


def test_poison_becomes_a_dead_letter_with_its_reason_and_is_not_retried():
    outcome, _, letters = run(batch("a", "b"), {"a": Invalid([Fault("v", "is unknown")])})
    assert outcome.to_lambda() == {"batchItemFailures": []}
    (letter,) = letters.letters
    assert (letter.body, letter.error, letter.reason) == ("a", "Invalid", "v: is unknown")


def test_poison_that_no_queue_would_take_is_not_lost():
    class Full:
        def put(self, letter):
            raise Unavailable("away")

    outcome, _, _ = run(batch("a"), {"a": Malformed("not JSON")}, Full())
    assert outcome.retried == ("id-a",)


def test_an_unexpected_error_is_retried():
    outcome, _, letters = run(batch("a"), {"a": ZeroDivisionError()})
    assert (outcome.retried, letters.letters) == (("id-a",), [])


def test_messages_for_which_no_time_is_left_come_again_untouched():
    answers = iter([False, True])
    outcome, handled, _ = run(batch("a", "b"), {}, out_of_time=lambda: next(answers))
    assert (handled, outcome.postponed, outcome.failed) == (["a"], ("id-b",), ())
    assert outcome.to_lambda() == {"batchItemFailures": [{"itemIdentifier": "id-b"}]}


def test_exactly_what_is_not_done_is_put_off_for_seconds():
    redelivery, answers = MemoryRedelivery(), iter([False, False, False, True])
    run(
        batch("good", "busy", "poison", "late"),
        {"busy": Throttled("busy"), "poison": Malformed("not JSON")},
        out_of_time=lambda: next(answers),
        redelivery=redelivery,
    )
    assert redelivery.waits.keys() == {"receipt-id-busy", "receipt-id-late"}
    assert max(redelivery.waits.values()) <= 5


@pytest.mark.parametrize(("receives", "least", "most"), [(1, 3, 5), (3, 10, 20), (30, 150, 300)])
def test_the_wait_grows_with_every_receive(receives, least, most):
    redelivery, event = MemoryRedelivery(), batch("a")
    event["Records"][0]["attributes"]["ApproximateReceiveCount"] = str(receives)
    run(event, {"a": Unavailable("away")}, redelivery=redelivery)
    assert least <= redelivery.waits["receipt-id-a"] <= most


def test_a_message_that_cannot_be_put_off_is_retried_all_the_same():
    class Stuck:
        def put_off(self, waits):
            raise Unavailable("away")

    outcome, _, _ = run(batch("a"), {"a": Throttled("busy")}, redelivery=Stuck())
    assert outcome.to_lambda() == {"batchItemFailures": [{"itemIdentifier": "id-a"}]}


def test_the_queue_is_not_called_where_everything_is_done():
    calls = []

    class Heard:
        def put_off(self, waits):
            calls.append(waits)

    run(batch("a"), {}, redelivery=Heard())
    assert calls == []


def run_together(event, handle, dead_letters=None):
    def read(body):
        if body.startswith("poison"):
            raise Malformed("not JSON")
        if body.startswith("broken"):
            raise ZeroDivisionError
        return body.upper()

    dead_letters = dead_letters or MemoryDeadLetters()
    redelivery = MemoryRedelivery()
    outcome = consume_together(event, read, handle, Intake("evaluate", dead_letters, redelivery))
    assert redelivery.waits.keys() == {f"receipt-{name}" for name in outcome.again}
    return outcome, dead_letters


def test_messages_that_can_be_read_are_handled_together():
    handled = []
    outcome, letters = run_together(
        batch("a", "poison", "b", "broken"), lambda messages: handled.append(messages) or Undone()
    )
    assert handled == [{"id-a": "A", "id-b": "B"}]
    assert (outcome.retried, outcome.discarded) == (("id-broken",), ("id-poison",))
    assert [letter.body for letter in letters.letters] == ["poison"]


def test_what_is_not_done_comes_again_and_nothing_else():
    outcome, _ = run_together(
        batch("a", "b", "c"), lambda _: Undone(failed={"id-a"}, left={"id-a", "id-c"})
    )
    assert (outcome.retried, outcome.postponed) == (("id-a",), ("id-c",))


def test_all_of_them_come_again_if_nobody_knows_which_failed():
    def handle(messages):
        raise Throttled("busy")

    outcome, _ = run_together(batch("a", "poison", "b"), handle)
    assert (outcome.retried, outcome.discarded) == (("id-a", "id-b"), ("id-poison",))


def test_nothing_is_handled_where_nothing_can_be_read():
    outcome, _ = run_together(batch("poison"), lambda _: 1 / 0)
    assert outcome.retried == ()


def run_in_groups(weights, errors=(), out_of_time=lambda: False, error=ZeroDivisionError):
    """The groups that messages of these weights are handed over in, and what is not done."""
    handled = []

    def handle(group):
        handled.append("".join(name for name, _ in group))
        if any(name in errors for name, _ in group):
            raise error

    messages = {name: (name, weight) for name, weight in weights.items()}
    undone = in_groups(messages, 10, lambda message: message[1], handle, out_of_time)
    return handled, list(undone.failed), list(undone.left)


@pytest.mark.parametrize(
    ("weights", "groups"),
    [
        ({"a": 1}, ["a"]),
        ({"a": 4, "b": 6, "c": 1}, ["ab", "c"]),
        ({"a": 11, "b": 1, "c": 30, "d": 10, "e": 0}, ["a", "b", "c", "de"]),
    ],
)
def test_groups_are_as_heavy_as_is_allowed_or_of_one(weights, groups):
    assert run_in_groups(weights) == (groups, [], [])


def test_none_takes_along_those_of_its_group():
    handled, failed, _ = run_in_groups({"a": 1, "b": 1, "c": 1, "d": 9}, {"b"})
    assert (handled, failed) == (["abc", "a", "b", "c", "d"], ["b"])


@pytest.mark.parametrize("error", [Throttled, Unavailable, NoAnswer, PartlySent])
def test_a_group_that_may_succeed_later_is_tried_once(error):
    handled, failed, left = run_in_groups({"a": 1, "b": 1, "c": 9, "d": 1}, {"b"}, error=error)
    assert (handled, failed, left) == (["ab", "cd"], ["a", "b"], [])


def test_no_group_is_begun_and_none_is_taken_apart_out_of_time():
    answers = iter([False, False, True, True, True])
    handled, failed, left = run_in_groups(
        {"a": 9, "b": 5, "c": 5, "d": 9}, {"b", "c"}, lambda: next(answers)
    )
    assert (handled, failed, left) == (["a", "bc"], [], ["b", "c", "d"])
