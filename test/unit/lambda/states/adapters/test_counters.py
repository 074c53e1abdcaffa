"""What the counters promise, in memory and in DynamoDB alike."""

from collections import Counter

import pytest
from samples.listings import in_parts
from samples.readings import START

from kernel.clock import DAY_MS
from kernel.errors import Conflict, Throttled
from states.model import Chunk, Count

DAY = "2025-11-21"


def chunk(*counts, submission="s", place=0):
    return Chunk(submission, place, tuple(Count(DAY, *one) for one in counts))


def counted(counters, day=DAY):
    return [(one.type, one.state, one.count) for one in counters.read(day).counts]


def test_what_is_counted_is_read_in_order_of_type_and_state(counters):
    assert counters.add(chunk(("phone", "erased", 2), ("laptop", "failed", 1)), START)
    assert counters.add(chunk(("laptop", "erased", 5), submission="t"), START)
    assert counters.add(chunk(("phone", "erased", 3), submission="u"), START)
    assert counted(counters) == [
        ("laptop", "erased", 5),
        ("laptop", "failed", 1),
        ("phone", "erased", 5),
    ]
    assert counted(counters, "2025-11-22") == []


def test_a_chunk_is_counted_once(counters):
    one = chunk(("phone", "erased", 2))
    assert counters.add(one, START)
    for later in (0, 1, 29 * DAY_MS):
        assert not counters.add(one, START + later)
    assert counted(counters) == [("phone", "erased", 2)]


def test_after_thirty_days_the_same_chunk_is_another(counters):
    one = chunk(("phone", "erased", 2))
    counters.add(one, START)
    assert counters.add(one, START + 30 * DAY_MS)
    assert counted(counters) == [("phone", "erased", 4)]


def test_chunks_of_a_submission_are_told_apart(counters):
    for place in (0, 1, 1):
        counters.add(chunk(("phone", "erased", 1), place=place), START)
    assert counted(counters) == [("phone", "erased", 2)]


def test_the_markers_of_what_was_counted_are_known_for_thirty_days(counters):
    chunks = [chunk(("phone", "erased", 1), place=place) for place in range(130)]
    for one in chunks[:120]:
        counters.add(one, START)
    assert counters.counted(chunks, START) == {one.marker for one in chunks[:120]}
    assert counters.counted(chunks, START + 30 * DAY_MS) == set()
    assert counters.counted([], START) == set()


def test_as_many_counters_as_a_chunk_can_have_are_counted_together(counters):
    full = chunk(*((f"type-{n}", "erased", n + 1) for n in range(99)))
    counters.add(full, START)
    assert sum(one.count for one in counters.read(DAY).counts) == 99 * 100 // 2


def test_a_difference_is_added_once(counters):
    counters.add(chunk(("phone", "erased", 2)), START)
    seen = counters.read(DAY)
    for difference in (Count(DAY, "phone", "erased", -1), Count(DAY, "laptop", "new", 4)):
        counters.correct(difference, seen)
        with pytest.raises(Conflict):
            counters.correct(difference, seen)
    assert counted(counters) == [("laptop", "new", 4), ("phone", "erased", 1)]


def test_a_counter_that_was_corrected_to_nothing_is_not_shown(counters):
    counters.add(chunk(("phone", "erased", 2)), START)
    counters.correct(Count(DAY, "phone", "erased", -2), counters.read(DAY))
    assert counted(counters) == []


WORDS = ("a", "a b", "a b c", "a!", 'a"', "a$", "aa", "a\u00e9", " a", "\U0001f600", "\uffff")


@pytest.mark.parametrize("size", [10, 1_000])
def test_counts_are_listed_in_order_of_type_and_state_whatever_their_names(dynamodb_counters, size):
    pairs = [(type_, state, n) for n, type_ in enumerate(WORDS, 1) for state in WORDS]
    for place, start in enumerate(range(0, len(pairs), 99)):
        dynamodb_counters.add(chunk(*pairs[start : start + 99], place=place), START)
    dynamodb_counters.correct(Count(DAY, "a", "a", -1), dynamodb_counters.read(DAY))

    def listed(after):
        return (
            ((one.type, one.state), (one.type, one.state, one.count))
            for one in dynamodb_counters.listed(DAY, after)
        )

    expected = sorted(one for one in pairs if one != ("a", "a", 1))
    assert list(in_parts(listed, size)) == expected


def conflicts(times):
    """Answers like DynamoDB while somebody else's transaction has an item."""
    left = iter(range(times))

    def answer(parameters):
        if next(left, None) is None:
            return None
        reasons = [{"Code": "TransactionConflict"} for _ in parameters["TransactItems"]]
        error = {"Error": {"Code": "TransactionCanceledException", "Message": "conflict"}}
        return 400, {**error, "CancellationReasons": reasons}

    return answer


def test_what_others_get_in_the_way_of_is_counted_into_another_row(
    dynamodb_counters, overhear, monkeypatch
):
    pauses = []
    monkeypatch.setattr("kernel.backoff.time.sleep", pauses.append)
    heard = overhear("dynamodb", "TransactWriteItems", conflicts(3))
    dynamodb_counters.add(chunk(("phone", "erased", 2)), START)
    overhear.end()
    dynamodb_counters.add(chunk(("phone", "erased", 3), submission="t"), START)
    rows = [
        call["TransactItems"][1]["Update"]["Key"]["type_state"]["S"].split("#") for call in heard
    ]
    assert rows[0] == ["phone", "erased"]
    assert all(len(row) == 3 and 0 <= int(row[2]) < 16 for row in rows[1:])
    assert len(pauses) == 3
    assert counted(dynamodb_counters) == [("phone", "erased", 5)]
    assert list(dynamodb_counters.listed(DAY)) == [Count(DAY, "phone", "erased", 5)]
    assert Counter(dynamodb_counters.read(DAY).rows.values()) == {2: 1, 3: 1}


def test_where_others_never_let_go_the_chunk_comes_again_later(
    dynamodb_counters, overhear, monkeypatch
):
    monkeypatch.setattr("kernel.backoff.time.sleep", lambda _: None)
    overhear("dynamodb", "TransactWriteItems", conflicts(100))
    with pytest.raises(Throttled):
        dynamodb_counters.add(chunk(("phone", "erased", 2)), START)
    overhear.end()
    assert counted(dynamodb_counters) == []
