import json
from itertools import permutations

import pytest
from samples.readings import START
from samples.upgraded import kept_by

from functions.telemetry import process

ONE = {"device_id": "device-1", "sensor_data": {"temperature": 25}, "timestamp": START}
DAY = {"device_id": "device-1", "event_date": "2025-11-21"}


def body_of(pipeline, **changes):
    """The queue's message for one reading."""
    assert pipeline.ingest({**ONE, **changes})[0] == 200
    (message,) = pipeline.messages()
    return message["Body"]


def timed(timestamp):
    """A message whose only reading has this timestamp."""
    readings = [{"timestamp": timestamp, "sensor_data": {"n": 1}}]
    segments = [{"device_id": "device-1", "readings": readings}]
    envelope = {"v": 1, "request_id": "r", "received_at": START, "replay": False}
    return json.dumps({**envelope, "segments": segments})


def test_what_was_queued_can_be_queried(pipeline):
    pipeline.ingest(ONE)
    assert pipeline.process() == []
    (item,) = pipeline.items(**DAY)
    assert (item["temperature_celsius"], item["temperature_fahrenheit"]) == (25, 77)
    assert item["status"] == "processed"


def calls(pipeline):
    """What is asked of AWS from now on, by operation."""
    return {
        operation: pipeline.overhear(service, operation)
        for service, operation in (
            ("dynamodb", "BatchGetItem"),
            ("dynamodb", "BatchWriteItem"),
            ("sqs", "SendMessageBatch"),
        )
    }


def test_the_messages_of_an_invocation_are_kept_and_handed_on_together(pipeline):
    pipeline.clock = lambda: START + 10
    bodies = [body_of(pipeline, timestamp=START + n) for n in range(10)]
    asked = calls(pipeline)
    assert pipeline.process(*bodies) == []
    assert {name: len(heard) for name, heard in asked.items()} == {
        "BatchGetItem": 0,
        "BatchWriteItem": 1,
        "SendMessageBatch": 1,
    }
    assert len(pipeline.items(**DAY)) == 10
    handed_on = [one["Body"] for one in pipeline.messages(pipeline.evaluation_url)]
    assert sorted(handed_on) == sorted(bodies)


def test_of_what_was_sent_again_the_first_arrival_is_kept_whatever_comes_first(pipeline):
    bodies = []
    for moment in (START + 5, START + 9, START + 7):
        pipeline.clock = lambda moment=moment: moment
        bodies.append(body_of(pipeline))
    for order in permutations(bodies):
        assert pipeline.process(*order) == []
        (item,) = pipeline.aws("dynamodb").scan(TableName=pipeline.table("processed"))["Items"]
        assert item["received_at"] == {"N": str(START + 5)}
        key = {name: item[name] for name in ("device_date", "segment")}
        pipeline.aws("dynamodb").delete_item(TableName=pipeline.table("processed"), Key=key)


def test_a_message_that_no_table_would_take_keeps_no_other_from_being_done(pipeline):
    bodies = [body_of(pipeline, timestamp=START + n) for n in range(3)]

    def refuse_the_second(parameters):
        (requests,) = parameters["RequestItems"].values()
        moments = [one["PutRequest"]["Item"]["timestamp"]["N"] for one in requests]
        if str(START + 1) not in moments:
            return None
        return 400, {"Error": {"Code": "ValidationException", "Message": "too large"}}

    pipeline.overhear("dynamodb", "BatchWriteItem", refuse_the_second)
    assert pipeline.process(*bodies) == [1]
    assert [item["timestamp"] for item in pipeline.items(**DAY)] == [START, START + 2]


@pytest.mark.parametrize("changed", ["key", "reading"])
def test_a_message_whose_key_is_not_that_of_its_readings_is_poison(pipeline, changed):
    body = body_of(pipeline)
    (segment,) = json.loads(body)["segments"]
    given, put = {
        "key": (segment["key"], f"{START}#{'0' * 20}"),
        "reading": ('"temperature":25', '"temperature":26'),
    }[changed]
    assert pipeline.process(body.replace(given, put)) == []
    (letter,) = pipeline.dead_letters("ingestion")
    assert "is not that of the readings" in letter["MessageAttributes"]["reason"]["StringValue"]
    assert pipeline.items(**DAY) == []


@pytest.mark.parametrize("name", ["reading", "replayed"])
def test_a_message_of_an_earlier_release_is_processed_beside_todays(pipeline, name):
    body = kept_by("8e22611")["messages"][name]
    assert pipeline.process(body_of(pipeline), body, body) == []
    assert len(pipeline.items(**DAY)) == 1
    assert len(pipeline.items(**{**DAY, "device_id": "hot"})) == 3


def test_a_message_twice_is_processed_once(pipeline):
    body = body_of(pipeline)
    assert pipeline.process(body, body) == []
    assert len(pipeline.items(**DAY)) == 1


@pytest.mark.parametrize(
    "poison",
    ["not JSON", "[]", '{"v": 2}', '{"v": 1}', timed("yesterday"), timed(None), timed(1.5)],
    ids=["no JSON", "no object", "unknown", "empty", "time as text", "no time", "broken time"],
)
def test_poison_leaves_at_once_with_its_reason_and_the_others_are_processed(pipeline, poison):
    first, last = body_of(pipeline), body_of(pipeline, timestamp=START + 1)
    assert pipeline.process(first, poison, last) == []
    (letter,) = pipeline.dead_letters("ingestion")
    attributes = {n: one["StringValue"] for n, one in letter["MessageAttributes"].items()}
    assert letter["Body"] == poison
    assert (attributes["function"], attributes["message_id"]) == ("process", "1")
    assert attributes["reason"]
    assert len(pipeline.items(**DAY)) == 2


def test_a_table_that_is_gone_makes_the_messages_come_again(pipeline):
    body = body_of(pipeline)
    pipeline.aws("dynamodb").delete_table(TableName=pipeline.table("processed"))
    assert pipeline.process(body, body) == [0, 1]
    assert pipeline.dead_letters("ingestion") == []


def test_a_busy_table_makes_the_message_come_again(pipeline):
    body = body_of(pipeline)
    pipeline.refuse("dynamodb", "BatchWriteItem", "ThrottlingException")
    assert pipeline.process(body) == [0]
    pipeline.relent()
    assert pipeline.process(body) == []


def test_a_message_that_failed_is_tried_again_within_seconds_and_no_other_is_touched(
    pipeline, overhear
):
    pipeline.ingest(ONE)
    put_off = overhear("sqs", "ChangeMessageVisibilityBatch")
    pipeline.refuse("dynamodb", "BatchWriteItem", "ThrottlingException")
    pipeline.aws("sqs").send_message(QueueUrl=pipeline.queue_url, MessageBody="poison")
    failed = pipeline.deliver(process, pipeline.queue_url)
    assert len(failed) == 1
    (asked,) = put_off
    assert asked["QueueUrl"] == pipeline.queue_url
    (entry,) = asked["Entries"]
    assert entry["ReceiptHandle"] == failed[0]["receiptHandle"]
    assert entry["VisibilityTimeout"] <= 5


def test_messages_come_again_even_if_they_cannot_be_put_off(pipeline):
    pipeline.ingest(ONE)
    pipeline.refuse("dynamodb", "BatchWriteItem", "ThrottlingException")
    pipeline.refuse("sqs", "ChangeMessageVisibilityBatch", "AccessDenied", 403)
    assert len(pipeline.deliver(process, pipeline.queue_url)) == 1


def test_a_message_that_time_runs_out_for_comes_again_soon(pipeline):
    def let_time_pass(_parameters):
        pipeline.invocation.remaining_ms = 10_000

    pipeline.ingest(ONE)
    pipeline.overhear("dynamodb", "BatchWriteItem", let_time_pass)
    put_off = pipeline.overhear("sqs", "ChangeMessageVisibilityBatch")
    (again,) = pipeline.deliver(process, pipeline.queue_url)
    assert [entry["ReceiptHandle"] for entry in put_off[0]["Entries"]] == [again["receiptHandle"]]


def test_people_are_told_when_more_messages_fail_than_configured(pipeline):
    pipeline.process("poison")
    assert pipeline.messages(pipeline.reports_url) == []
    pipeline.process("other poison", "poison")
    (notice,) = pipeline.messages(pipeline.reports_url)
    report = json.loads(json.loads(notice["Body"])["Message"])
    assert (report["failed_messages"], report["error_threshold"]) == (2, 1)


def test_what_fails_in_two_containers_is_counted_together(pipeline):
    pipeline.clock = lambda: START
    good = body_of(pipeline)
    pipeline.process("poison")
    pipeline.restart()
    pipeline.process(good, "poison")
    (notice,) = pipeline.messages(pipeline.reports_url)
    report = json.loads(json.loads(notice["Body"])["Message"])
    assert report["failed_messages"] == 2


def test_failures_that_cannot_be_counted_fail_no_message(pipeline):
    pipeline.refuse("dynamodb", "UpdateItem", "InternalServerError", 500)
    assert pipeline.process("poison", "poison") == []
    assert len(pipeline.dead_letters("ingestion")) == 2


def test_a_report_that_could_not_be_published_fails_no_message(pipeline):
    pipeline.refuse("sns", "Publish", "InternalError", 500)
    assert pipeline.process("poison", "poison") == []
    assert len(pipeline.dead_letters("ingestion")) == 2


def test_an_event_that_is_not_from_a_queue_fails(pipeline):
    with pytest.raises(KeyError):
        pipeline.invoke(process, {})
