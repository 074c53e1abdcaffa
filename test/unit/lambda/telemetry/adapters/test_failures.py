"""What the shared memory of failed messages promises, in memory and in DynamoDB alike."""

import pytest
from samples.readings import START
from samples.stack import create_table

from kernel.clock import DAY_MS, MINUTE_MS
from kernel.errors import Throttled
from telemetry.adapters.failures import DynamoDbFailures
from telemetry.adapters.memory import MemoryFailures

LATER = START + 5 * MINUTE_MS


@pytest.fixture
def table(aws):
    create_table(aws("dynamodb"), "idempotency", "idempotency")
    return DynamoDbFailures(aws("dynamodb"), "idempotency")


@pytest.fixture(params=["memory", "dynamodb"])
def failures(request):
    return MemoryFailures() if request.param == "memory" else request.getfixturevalue("table")


def test_different_messages_add_up_and_the_same_does_not(failures):
    assert failures.add(START, ["a", "b", "a"]) == 2
    assert failures.add(START, ["b", "c"]) == 3


def test_windows_do_not_touch_each_other(failures):
    failures.add(START, ["a"])
    assert failures.claim_report(START, 5)
    assert failures.add(LATER, ["b"]) == 1
    assert failures.claim_report(LATER, 5)


def test_one_of_all_that_claim_the_report_gets_it(failures):
    failures.add(START, ["a"])
    assert [failures.claim_report(START, 5) for _ in range(3)] == [True, False, False]


def test_each_threshold_has_a_report_of_its_own(failures):
    failures.add(START, ["a"])
    claimed = [failures.claim_report(START, threshold) for threshold in (5, 0, 5, 0)]
    assert claimed == [True, True, False, False]


def test_a_report_that_was_given_up_can_be_claimed_again(failures):
    failures.add(START, ["a"])
    assert failures.claim_report(START, 5)
    failures.give_up_report(START, 5)
    assert [failures.claim_report(START, 5) for _ in range(2)] == [True, False]
    assert failures.add(START, ["b"]) == 2


def test_as_many_messages_as_the_highest_threshold_allows_fit_into_an_item(table):
    for start in range(0, 10_001, 1_000):
        number = table.add(START, [f"message-{n}" for n in range(start, start + 1_000)])
    assert number == 11_000


def test_the_table_forgets_a_window_by_its_own_time_to_live(aws, table):
    table.add(START, ["a"])
    (item,) = aws("dynamodb").scan(TableName="idempotency")["Items"]
    assert item["expires_at"] == {"N": str((START + DAY_MS) // 1_000)}


def test_a_table_that_is_busy_says_so(table, refuse):
    refuse("dynamodb", "UpdateItem", "ThrottlingException")
    for ask, what in ((table.add, ["a"]), (table.claim_report, 5), (table.give_up_report, 5)):
        with pytest.raises(Throttled):
            ask(START, what)
