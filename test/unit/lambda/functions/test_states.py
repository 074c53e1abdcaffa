"""Device states from the call to the page, and what goes wrong on the way."""

import json

import pytest
from samples.states import EXAMPLE, EXAMPLE_COUNTS

from functions.states import recount, stats
from functions.telemetry import ingest
from kernel.errors import Invalid


def stats_of(pipeline, day):
    status, answer, _ = pipeline.call(stats, "GET /stats", query={"date": day})
    assert status == 200, answer
    return {(one["type"], one["state"]): one["count"] for one in answer}


def test_the_example_gives_exactly_the_counts_that_it_implies(pipeline):
    for _ in range(3):
        status, answer, _ = pipeline.ingest(EXAMPLE)
        assert (status, answer["status"], answer["enqueued"]) == (200, "accepted", 5)
    bodies = [message["Body"] for message in pipeline.messages(pipeline.states_url)]
    for _ in range(10):
        assert pipeline.count(*bodies) == []
    for day, expected in EXAMPLE_COUNTS.items():
        assert stats_of(pipeline, day) == expected
        assert pipeline.invoke(recount, {"date": day})["differences"] == []


def test_the_statistics_come_in_pages_of_the_length_that_is_asked_for(pipeline):
    pipeline.ingest(EXAMPLE)
    pipeline.count()
    asked, found, lengths = {"date": "2023-06-16", "limit": "3"}, {}, []
    while "next_token" not in asked or asked["next_token"]:
        status, page, headers = pipeline.call(stats, "GET /stats", query=asked)
        assert status == 200, page
        lengths.append(len(page))
        found |= {(one["type"], one["state"]): one["count"] for one in page}
        asked["next_token"] = headers.get("X-Next-Token")
    assert (found, lengths) == (EXAMPLE_COUNTS["2023-06-16"], [3, 1])


def test_the_body_is_kept_as_it_was_sent(pipeline):
    body = json.dumps(EXAMPLE, indent=3).encode()
    answer = pipeline.call(ingest, "POST /ingest", body)[1]
    kept = pipeline.aws("s3").get_object(Bucket="raw-states-bucket", Key=answer["raw_key"])
    assert kept["Body"].read() == body


def test_equal_bodies_under_keys_of_their_own_count_each(pipeline):
    for n, key in enumerate(("one", "two", "two")):
        assert pipeline.ingest(EXAMPLE, request_id=f"r-{n}", Idempotency_Key=key)[0] == 200
    pipeline.count()
    assert stats_of(pipeline, "2023-06-15") == {("laptop", "erased"): 2}


@pytest.mark.parametrize(
    ("service", "operation"), [("s3", "PutObject"), ("sqs", "SendMessageBatch")]
)
def test_what_could_not_be_taken_in_whole_is_refused_and_its_repeat_counts_once(
    pipeline, service, operation
):
    pipeline.refuse(service, operation, "InternalError", 500)
    assert pipeline.ingest(EXAMPLE)[0] == 503
    pipeline.relent()
    assert pipeline.ingest(EXAMPLE)[0] == 200
    pipeline.count()
    assert stats_of(pipeline, "2023-06-15") == {("laptop", "erased"): 1}


def test_a_chunk_that_could_not_be_counted_comes_again(pipeline):
    pipeline.ingest(EXAMPLE)
    (message,) = pipeline.messages(pipeline.states_url)
    pipeline.refuse("dynamodb", "TransactWriteItems", "InternalServerError", 500)
    assert pipeline.count(message["Body"]) == [0]
    pipeline.relent()
    assert pipeline.count(message["Body"]) == []
    assert stats_of(pipeline, "2023-06-15") == {("laptop", "erased"): 1}


def test_a_counter_that_dies_between_counting_and_acknowledging_counts_once(pipeline):
    pipeline.ingest(EXAMPLE)
    (message,) = pipeline.messages(pipeline.states_url)
    pipeline.kill_after("dynamodb", "TransactWriteItems")
    with pytest.raises(SystemExit):
        pipeline.count(message["Body"])
    pipeline.relent()
    assert stats_of(pipeline, "2023-06-15") == {("laptop", "erased"): 1}
    for _ in range(10):
        assert pipeline.count(message["Body"]) == []
    for day, expected in EXAMPLE_COUNTS.items():
        assert stats_of(pipeline, day) == expected


def test_poison_goes_to_the_dead_letters(pipeline):
    assert pipeline.count("poison", '{"v": 1}') == []
    letters = pipeline.dead_letters("states")
    functions = {one["MessageAttributes"]["function"]["StringValue"] for one in letters}
    assert (len(letters), functions) == (2, {"count"})


def test_the_page_shows_the_day_and_may_do_nothing_else(pipeline):
    pipeline.ingest(EXAMPLE)
    pipeline.count()
    answer = pipeline.invoke(stats, pipeline.event("GET /stats-html", query={"date": "2023-06-16"}))
    assert answer["statusCode"] == 200
    assert answer["headers"]["Content-Type"] == "text/html; charset=utf-8"
    assert "default-src 'none'" in answer["headers"]["Content-Security-Policy"]
    assert "erasure failed" in answer["body"]
    assert "2023-06-16" in answer["body"]


def test_a_day_that_is_none_is_refused_as_json(pipeline):
    for route in ("GET /stats", "GET /stats-html"):
        status, answer, headers = pipeline.call(stats, route, query={"date": "x"})
        assert (status, answer["error"]["details"][0]["path"]) == (400, "date")
        assert headers["Content-Type"] == "application/json"


def test_a_counter_that_somebody_changed_is_found_and_repaired(pipeline):
    pipeline.ingest(EXAMPLE)
    pipeline.count()
    pipeline.aws("dynamodb").update_item(
        TableName=pipeline.table("counts"),
        Key={"date": {"S": "2023-06-15"}, "type_state": {"S": "laptop#erased"}},
        UpdateExpression="ADD #count :one",
        ExpressionAttributeNames={"#count": "count"},
        ExpressionAttributeValues={":one": {"N": "1"}},
    )
    wrong = [{"type": "laptop", "state": "erased", "kept": 1, "counted": 2}]
    assert pipeline.invoke(recount, {"date": "2023-06-15", "repair": False})["differences"] == wrong
    assert pipeline.invoke(recount, {"date": "2023-06-15", "repair": True})["repaired"] is True
    assert stats_of(pipeline, "2023-06-15") == {("laptop", "erased"): 1}


def test_differences_that_an_answer_cannot_hold_are_counted_and_repaired(pipeline, monkeypatch):
    pipeline.ingest(EXAMPLE)
    pipeline.count()
    for number, one in enumerate(
        pipeline.aws("dynamodb").scan(TableName=pipeline.table("counts"))["Items"]
    ):
        wrong = {**one, "count": {"N": f"{number + 5}"}}
        pipeline.aws("dynamodb").put_item(TableName=pipeline.table("counts"), Item=wrong)
    monkeypatch.setattr("edge.pages.MAX_ANSWER_BYTES", 200)
    found = pipeline.invoke(recount, {"date": "2023-06-16", "repair": True})
    assert (len(found["differences"]), found["more_differences"], found["counters"]) == (2, 2, 4)
    after = pipeline.invoke(recount, {"date": "2023-06-16"})
    assert (after["differences"], after["more_differences"]) == ([], 0)


@pytest.mark.parametrize(
    "event", [{}, {"date": "x"}, {"date": "2023-06-16", "repair": 1}, {"day": 1}]
)
def test_a_recount_of_nothing_fails(pipeline, event):
    with pytest.raises(Invalid):
        pipeline.invoke(recount, event)
