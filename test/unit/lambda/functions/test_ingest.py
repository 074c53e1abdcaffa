import json

import pytest
from samples.readings import START

from functions.telemetry import ingest

ONE = {"device_id": "device-1", "sensor_data": {"temperature": 25}, "timestamp": START}
UNTIMED = {"device_id": "device-1", "sensor_data": {"temperature": 25}}
SEVERAL = {"readings": [ONE, {**ONE, "device_id": "device-2"}]}
# Milliseconds: too few for a call, enough to take back what was done.
TOO_LATE_TO_CALL, ENOUGH = 10_000, 25_000
DAY = {"device_id": "device-1", "event_date": "2025-11-21", "table": "raw"}


def raw_count(pipeline):
    return pipeline.aws("dynamodb").scan(TableName=pipeline.table("raw"))["Count"]


def test_one_reading_is_kept_and_queued(pipeline):
    status, answer, _ = pipeline.ingest(ONE)
    assert (status, answer["device_id"], answer["timestamp"]) == (200, "device-1", START)
    (item,) = pipeline.items(**DAY)
    assert (item["sensor_data"], item["source"]) == ({"temperature": 25}, "ingest")
    assert len(pipeline.messages()) == 1


def test_a_batch_is_cut_as_the_operator_configured(pipeline):
    pipeline.set_parameter("config", '{"batch_size": 2}')
    rows = [{**ONE, "timestamp": START + n} for n in range(5)]
    status, answer, _ = pipeline.ingest({"readings": rows})
    assert (status, answer["accepted"]) == (200, 5)
    assert raw_count(pipeline) == 3


def test_the_api_key_is_asked_for_once_an_operator_has_set_one(pipeline):
    pipeline.set_parameter("api_key", "let me in")
    assert pipeline.ingest(ONE)[0] == 403
    assert pipeline.ingest(ONE, x_api_key="wrong")[0] == 403
    assert pipeline.messages() == []
    assert pipeline.ingest(ONE, X_Api_Key="let me in")[0] == 200


@pytest.mark.parametrize("body", [ONE, SEVERAL], ids=["one", "several"])
def test_what_is_sent_again_keeps_its_first_receipt(pipeline, body):
    for moment in (START + 5, START + 9):
        pipeline.clock = lambda moment=moment: moment
        assert pipeline.ingest(body)[0] == 200
        pipeline.restart()
    (item,) = pipeline.items(**DAY)
    assert item["received_at"] == START + 5
    assert len(pipeline.messages()) == 2


def test_the_same_idempotency_key_twice_is_stored_and_queued_once(pipeline):
    first = pipeline.ingest(UNTIMED, Idempotency_Key="key-1")
    again = pipeline.ingest(UNTIMED, Idempotency_Key="key-1")
    assert again == first
    assert raw_count(pipeline) == 1
    assert len(pipeline.messages()) == 1
    assert pipeline.ingest(ONE, Idempotency_Key="key-1")[0] == 409


@pytest.mark.parametrize(
    ("code", "status", "expected"),
    [
        ("ThrottlingException", 400, 429),
        ("InternalServerError", 500, 503),
        ("AccessDeniedException", 400, 500),
    ],
)
@pytest.mark.parametrize(
    ("operation", "body"),
    [("PutItem", ONE), ("BatchGetItem", SEVERAL), ("BatchWriteItem", SEVERAL)],
)
def test_a_table_that_fails_is_answered_without_a_word_about_it(
    pipeline, operation, body, code, status, expected
):
    pipeline.refuse("dynamodb", operation, code, status)
    seen, answer, headers = pipeline.ingest(body)
    assert seen == expected
    assert ("Retry-After" in headers) == (expected != 500)
    assert code not in json.dumps(answer)
    assert "secret" not in json.dumps(answer)
    assert pipeline.messages() == []


def test_a_table_that_is_gone_is_answered_without_a_word_about_it(pipeline, capsys):
    pipeline.aws("dynamodb").delete_table(TableName=pipeline.table("raw"))
    status, answer, _ = pipeline.ingest(ONE)
    assert (status, answer["error"]["code"]) == (500, "INTERNAL_ERROR")
    assert "ResourceNotFound" not in json.dumps(answer)
    assert "ResourceNotFound" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("code", "status"),
    [("ServiceUnavailable", 503), ("AccessDenied", 403)],
    ids=["passing", "lasting"],
)
def test_what_could_not_be_queued_is_stored_once_after_a_repeat(pipeline, code, status):
    pipeline.refuse("sqs", "SendMessageBatch", code, status)
    assert pipeline.ingest(UNTIMED)[0] in (500, 503)
    assert raw_count(pipeline) == 0
    pipeline.relent()
    assert pipeline.ingest(UNTIMED)[0] == 200
    assert raw_count(pipeline) == 1


def test_what_was_accepted_stays_though_a_repeat_of_it_fails(pipeline):
    pipeline.refuse("dynamodb", "UpdateItem", "ThrottlingException")
    assert pipeline.ingest(UNTIMED, Idempotency_Key="key-1")[0] == 200
    pipeline.refuse("sqs", "SendMessageBatch", "ServiceUnavailable", 503)
    assert pipeline.ingest(UNTIMED, Idempotency_Key="key-1")[0] == 503
    assert raw_count(pipeline) == 1


def test_what_there_is_no_time_for_is_refused_while_there_is_time_to_say_so(pipeline):
    pipeline.invocation.remaining_ms = TOO_LATE_TO_CALL
    status, answer, headers = pipeline.ingest(ONE)
    assert (status, answer["error"]["code"]) == (503, "UNAVAILABLE")
    assert headers["Retry-After"] == "1"
    assert (raw_count(pipeline), pipeline.messages()) == (0, [])


def test_what_time_ran_out_for_is_taken_back_and_stored_once_after_a_repeat(pipeline):
    def let_time_pass(_parameters):
        pipeline.invocation.remaining_ms = TOO_LATE_TO_CALL

    # The table has it by then.
    pipeline.overhear("sqs", "SendMessageBatch", let_time_pass)
    assert pipeline.ingest(UNTIMED)[0] == 503
    pipeline.relent()
    assert (raw_count(pipeline), pipeline.messages()) == (0, [])
    pipeline.invocation.remaining_ms = ENOUGH
    assert pipeline.ingest(UNTIMED)[0] == 200
    assert (raw_count(pipeline), len(pipeline.messages())) == (1, 1)


def test_an_event_that_is_not_from_api_gateway_fails(pipeline):
    with pytest.raises(KeyError):
        pipeline.invoke(ingest, {"detail-type": "Scheduled Event"})


LONG_NAME = "\x7f" * 1_000_000


@pytest.mark.parametrize(
    "body",
    [
        f'{{"{LONG_NAME}": 1}}',
        f'{{"device_id": "d", "sensor_data": {{"{LONG_NAME}": 1}}}}',
        f'{{"{LONG_NAME[:400_000]}": 1, "{LONG_NAME[:400_000]}": 1}}',
        f'{{"device_id": "{LONG_NAME}", "sensor_data": {{"x": 1}}}}',
    ],
    ids=["field", "metric", "field twice", "value"],
)
def test_a_million_characters_in_a_bad_request_are_not_echoed(pipeline, body):
    status, answer, _ = pipeline.ingest(body)
    assert status == 400
    assert len(json.dumps(answer)) < 5_000
