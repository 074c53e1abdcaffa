"""Dead letters of both kinds go back to the queue that they came from, and count once."""

import json
import re

import pytest
from samples.shell import shell
from samples.signed_calls import new_device, now_ms
from samples.waiting import wait_until

from lib.settings import PROJECT_ROOT

README = (PROJECT_ROOT / "README.md").read_text()
MOVE_COMMANDS = re.findall(r"^aws sqs \S+-move-tasks? .*$", README, re.MULTILINE)
LETTERS = 100


def message(device, timestamp):
    """A message with one reading, as ingest enqueues it."""
    readings = [{"timestamp": timestamp, "sensor_data": {"temperature": 25}}]
    return {
        "v": 1,
        "request_id": f"request of {device}",
        "received_at": timestamp,
        "replay": False,
        "segments": [{"device_id": device, "readings": readings}],
    }


@pytest.fixture
def device(deployment, deployer):
    """The device that a hundred dead letters speak of; ten of them were processed already.

    Every second has a reason, as a function gives it; the others are as SQS moves them.
    """
    sqs, name, at = deployer.aws("sqs"), new_device(), now_ms()
    reason = {"reason": {"DataType": "String", "StringValue": f"poison of {name}"}}
    bodies = [json.dumps(message(name, at - n)) for n in range(LETTERS)]
    for body in bodies[:10]:
        sqs.send_message(QueueUrl=deployment.outputs["IngestionQueueUrl"], MessageBody=body)
    for n, body in enumerate(bodies):
        sqs.send_message(
            QueueUrl=deployment.outputs["IngestionDeadLetterQueueUrl"],
            MessageBody=body,
            MessageAttributes={} if n % 2 else reason,
        )
    return name


def processed(reader, device):
    """The timestamps of what was processed of a device."""
    return [item["timestamp"] for item in reader.items(f"device_id={device}&limit=1000")]


def assert_each_counted_once(reader, device):
    wait_until(lambda: len(processed(reader, device)) >= LETTERS)
    found = processed(reader, device)
    assert len(found) == len(set(found)) == LETTERS


def test_a_hundred_letters_of_both_kinds_go_back_by_one_command(device, reader, pipeline_command):
    listed = map(json.loads, pipeline_command("dlq", "list", "--format", "json").splitlines())
    (ingestion,) = [one for one in listed if one["queue"] == "ingestion"]
    reasons = {one["reason"]: one["letters"] for one in ingestion["reasons"]}
    assert reasons[f"poison of {device}"] == LETTERS / 2
    assert reasons["received too often"] >= LETTERS / 2
    peeked = pipeline_command("dlq", "peek", "ingestion", "--limit", "1000", "--format", "json")
    letters = [one for one in map(json.loads, peeked.splitlines()) if device in one["device_ids"]]
    assert len(letters) == LETTERS
    assert {one["request_id"] for one in letters} == {f"request of {device}"}
    told = pipeline_command("dlq", "redrive", "ingestion")
    assert int(re.match(r"Redriven: (\d+) letters of ingestion", told)[1]) >= LETTERS
    assert_each_counted_once(reader, device)


def test_a_hundred_letters_of_both_kinds_go_back_by_the_readmes_commands(
    deployment, device, reader
):
    assert len(MOVE_COMMANDS) == 2
    done = shell(deployment, " && ".join(MOVE_COMMANDS))
    assert done.returncode == 0, done.stderr
    assert '"Status": "COMPLETED"' in done.stdout
    assert_each_counted_once(reader, device)


def test_without_a_destination_sqs_does_not_know_where_to_send_what_a_function_buried(
    deployment, device, operator
):
    sqs, arn = operator.aws("sqs"), deployment.outputs["IngestionQueueArn"]
    sqs.start_message_move_task(SourceArn=f"{arn}-dlq")
    (task,) = sqs.list_message_move_tasks(SourceArn=f"{arn}-dlq", MaxResults=1)["Results"]
    assert task["FailureReason"] == "CouldNotDetermineMessageSource"
    sqs.start_message_move_task(SourceArn=f"{arn}-dlq", DestinationArn=arn)
