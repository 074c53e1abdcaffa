"""What first attempts promise, in memory and in DynamoDB alike."""

import pytest
from samples.stack import create_table

from edge.adapters.dynamodb import DynamoDbAttempts
from edge.adapters.memory import MemoryAttempts
from edge.http import Answer
from edge.idempotency import Attempt
from kernel.clock import DAY_MS
from kernel.errors import Throttled, Unavailable

FIRST = Attempt("digest-1", "request-1", 1_763_683_200_123, keyed=True)
LATER = Attempt("digest-2", "request-2", 1_763_683_999_999, keyed=True)
EXPIRES_AT = FIRST.arrived_at + 30 * DAY_MS


@pytest.fixture
def table(aws):
    create_table(aws("dynamodb"), "idempotency", "idempotency")
    return DynamoDbAttempts(aws("dynamodb"), "idempotency")


@pytest.fixture(params=["memory", "dynamodb"])
def attempts(request):
    return MemoryAttempts() if request.param == "memory" else request.getfixturevalue("table")


def test_a_new_key_remembers_the_attempt_that_came_with_it(attempts):
    assert attempts.first("key", FIRST, EXPIRES_AT) == FIRST


def test_a_key_that_came_before_gives_the_attempt_that_was_first(attempts):
    attempts.first("key", FIRST, EXPIRES_AT)
    assert attempts.first("key", LATER, EXPIRES_AT) == FIRST
    assert attempts.first("key", LATER, EXPIRES_AT) == FIRST


def test_keys_do_not_touch_each_other(attempts):
    attempts.first("key", FIRST, EXPIRES_AT)
    assert attempts.first("another", LATER, EXPIRES_AT) == LATER


@pytest.mark.parametrize("body", ["{}", '{"message":"21.50 °C \\u00e9"}', ""])
def test_an_answer_is_given_again_as_it_was(attempts, body):
    attempts.first("key", FIRST, EXPIRES_AT)
    attempts.answered("key", Answer(202, body))
    remembered = attempts.first("key", LATER, EXPIRES_AT)
    assert remembered.answer == Answer(202, body)
    assert (remembered.request_id, remembered.arrived_at) == ("request-1", FIRST.arrived_at)


def test_the_table_forgets_an_attempt_by_its_own_time_to_live(aws, table):
    table.first("key", FIRST, EXPIRES_AT)
    table.answered("key", Answer(200, "{}"))
    item = aws("dynamodb").get_item(TableName="idempotency", Key={"id": {"S": "key"}})["Item"]
    assert item["expires_at"] == {"N": str(EXPIRES_AT // 1_000)}


def test_a_table_that_is_busy_is_told_from_one_that_is_away(table, refuse):
    refuse("dynamodb", "PutItem", "ThrottlingException")
    refuse("dynamodb", "UpdateItem", "InternalServerError", 500)
    with pytest.raises(Throttled):
        table.first("key", FIRST, EXPIRES_AT)
    with pytest.raises(Unavailable):
        table.answered("key", Answer(200, "{}"))
