import pytest
from samples.readings import START

from functions.telemetry import reprocess

SPAN = {"device_id": "device-1", "start": START, "end": START + 86_400_000}
DAY = {"device_id": "device-1", "event_date": "2025-11-21"}


@pytest.fixture
def filled(pipeline):
    """A pipeline with three raw readings, nothing queued and nothing processed."""
    rows = [
        {"device_id": "device-1", "sensor_data": {"n": n}, "timestamp": START + n} for n in range(3)
    ]
    pipeline.ingest({"readings": rows})
    pipeline.messages()
    return pipeline


def post(pipeline, body, **how):
    return pipeline.call(reprocess, "POST /process", body, **how)


def test_what_lies_raw_is_processed_again(filled):
    status, answer, _ = post(filled, SPAN)
    assert (status, answer["enqueued"]) == (202, 3)
    assert filled.process() == []
    assert [item["n"] for item in filled.items(**DAY)] == [0, 1, 2]


def test_a_dry_run_counts_and_enqueues_nothing(filled):
    assert post(filled, {**SPAN, "dry_run": True})[1]["enqueued"] == 3
    assert filled.messages() == []


def test_the_same_idempotency_key_twice_enqueues_once(filled):
    headers = {"Idempotency-Key": "key-1"}
    first = post(filled, SPAN, headers=headers)
    assert post(filled, SPAN, headers=headers) == first
    assert len(filled.messages()) == 1


def test_the_api_key_is_asked_for_once_an_operator_has_set_one(filled):
    filled.set_parameter("api_key", "let me in")
    filled.restart()
    assert post(filled, SPAN)[0] == 403
    assert post(filled, SPAN, headers={"x-api-key": "let me in"})[0] == 202


def test_an_event_that_is_not_from_api_gateway_fails(pipeline):
    with pytest.raises(KeyError):
        pipeline.invoke(reprocess, {})
