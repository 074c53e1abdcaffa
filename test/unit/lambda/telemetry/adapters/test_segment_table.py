"""How segment tables behave when DynamoDB leaves something over, answers in pages, or fails."""

from dataclasses import replace

import pytest
from botocore.exceptions import ClientError
from samples.readings import START, reading

from kernel import backoff as module
from kernel.clock import DAY_MS
from kernel.errors import Throttled, Unavailable
from telemetry.ports import Receipt, Span
from telemetry.segmenting import cut_into_segments

RECEIPT = Receipt(START, "ingest", "request-1")
DAY = Span(START, START + DAY_MS)
LARGEST_LIMIT = 2**31 - 1


@pytest.fixture(autouse=True)
def pauses(monkeypatch):
    """The pauses that would have been made, in seconds; none is."""
    made = []
    monkeypatch.setattr(module.time, "sleep", made.append)
    return made


def segments_of(how_many):
    return cut_into_segments([reading(timestamp=START + n) for n in range(how_many)], 1)


def kept(raw):
    return [stored.segment for stored in raw.read("device-1", DAY, newest_first=False)]


def append_one(raw):
    raw.append(segments_of(1), RECEIPT)


def append_two(raw):
    raw.append(segments_of(2), RECEIPT)


USES = {
    "PutItem": append_one,
    "BatchGetItem": append_two,
    "BatchWriteItem": append_two,
    "Query": kept,
}


def error(code, status=400):
    return status, {"Error": {"Code": code, "Message": "not now"}}


def leaving_over(field, table="raw"):
    """Answers that take nothing: everything asked for is left over."""
    return lambda parameters: (200, {"Responses": {}, field: parameters["RequestItems"]})


def once(answer):
    """The answer to the first request only; the others reach the service."""
    answers = [answer]
    return lambda parameters: answers.pop()(parameters) if answers else None


def half_left_over(parameters):
    requests = parameters["RequestItems"]["raw"]
    return 200, {"UnprocessedItems": {"raw": requests[len(requests) // 2 :]}}


def test_writes_that_were_left_over_are_sent_again_alone(raw_table, overhear):
    heard = overhear("dynamodb", "BatchWriteItem", once(half_left_over))
    segments = segments_of(8)
    raw_table.append(segments, RECEIPT)
    assert [len(parameters["RequestItems"]["raw"]) for parameters in heard] == [8, 4]
    assert kept(raw_table) == segments[4:]


def test_reads_that_were_left_over_are_sent_again(raw_table, overhear):
    segments = segments_of(3)
    raw_table.append(segments, RECEIPT)

    def left_over(parameters):
        return 200, {"Responses": {}, "UnprocessedKeys": parameters["RequestItems"]}

    heard = overhear("dynamodb", "BatchGetItem", once(left_over))
    assert raw_table.append(segments, RECEIPT) == []
    assert len(heard) == 2


@pytest.mark.parametrize(
    ("operation", "field"),
    [("BatchWriteItem", "UnprocessedItems"), ("BatchGetItem", "UnprocessedKeys")],
)
def test_a_table_that_takes_nothing_is_throttled_in_the_end(
    raw_table, overhear, pauses, operation, field
):
    heard = overhear("dynamodb", operation, leaving_over(field))
    with pytest.raises(Throttled):
        raw_table.append(segments_of(2), RECEIPT)
    assert len(heard) > 3
    assert 0 < sum(pauses) < 15


@pytest.mark.parametrize("operation", USES)
@pytest.mark.parametrize(
    ("code", "status", "expected"),
    [
        ("ProvisionedThroughputExceededException", 400, Throttled),
        ("ThrottlingException", 400, Throttled),
        ("InternalServerError", 500, Unavailable),
        ("AccessDeniedException", 400, ClientError),
        ("ValidationException", 400, ClientError),
    ],
)
def test_a_failure_says_whether_it_may_pass(raw_table, overhear, operation, code, status, expected):
    overhear("dynamodb", operation, lambda _: error(code, status))
    with pytest.raises(expected):
        USES[operation](raw_table)


def test_a_failure_in_the_middle_of_a_read_is_not_taken_for_its_end(raw_table, overhear):
    raw_table.append(segments_of(100), RECEIPT)
    throttled = lambda asked: error("ThrottlingException") if "ExclusiveStartKey" in asked else None
    overhear("dynamodb", "Query", throttled)
    with pytest.raises(Throttled):
        kept(raw_table)


def test_a_read_of_many_pages_never_asks_for_more_than_dynamodb_can_count(raw_table, overhear):
    key = {"device_id": {"S": "device-1"}, "segment": {"S": f"{START}#"}}

    def page(_parameters):
        more = {"LastEvaluatedKey": key} if len(heard) < 60 else {}
        return 200, {"Items": [], **more}

    heard = overhear("dynamodb", "Query", page)
    assert kept(raw_table) == []
    assert len(heard) == 60
    assert max(parameters["Limit"] for parameters in heard) <= LARGEST_LIMIT


@pytest.mark.parametrize(
    "span",
    [
        Span(START, START + 1),
        Span(0, 1),
        Span(10**13 + DAY_MS, 10**13 + 2 * DAY_MS),
        Span(-2 * DAY_MS, -DAY_MS),
    ],
    ids=["today", "the first", "beyond 2286", "before 1970"],
)
def test_no_span_asks_for_keys_between_bounds_that_dynamodb_refuses(raw_table, overhear, span):
    heard = overhear("dynamodb", "Query")
    assert list(raw_table.read("device-1", span, newest_first=False)) == []
    for parameters in heard:
        values = parameters["ExpressionAttributeValues"]
        assert values[":low"]["S"] <= values[":high"]["S"]


def test_what_is_there_is_looked_up_consistently_since_a_repeat_may_follow_at_once(
    raw_table, overhear
):
    heard = overhear("dynamodb", "BatchGetItem")
    raw_table.append(segments_of(2), RECEIPT)
    (asked,) = heard
    assert [keys["ConsistentRead"] for keys in asked["RequestItems"].values()] == [True]


@pytest.mark.parametrize("how_many", [1, 2])
@pytest.mark.parametrize(("later_ms", "kept_anew"), [(30 * DAY_MS - 1, False), (30 * DAY_MS, True)])
def test_what_has_expired_is_kept_anew_though_it_lies_there(
    raw_table, how_many, later_ms, kept_anew
):
    segments = segments_of(how_many)
    raw_table.append(segments, replace(RECEIPT, expires_at=START + 30 * DAY_MS))
    later = replace(RECEIPT, received_at=START + later_ms)
    assert raw_table.append(segments, later) == (segments if kept_anew else [])
    found = raw_table.read("device-1", DAY, newest_first=False)
    expected = later.received_at if kept_anew else START
    assert {one.received_at for one in found} == {expected}


def test_one_segment_takes_one_call_and_no_look_up(raw_table, overhear):
    looked_up = overhear("dynamodb", "BatchGetItem")
    put = overhear("dynamodb", "PutItem")
    segments = segments_of(1)
    assert raw_table.append(segments, RECEIPT) == segments
    assert raw_table.append(segments, RECEIPT) == []
    assert (len(put), looked_up) == (2, [])
