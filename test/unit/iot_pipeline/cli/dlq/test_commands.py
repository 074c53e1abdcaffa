"""`pipeline dlq …`, on an SQS in memory."""

import json
import os
import time

import boto3
import pytest
from moto import mock_aws
from samples.move_tasks import MoveTasks

from iot_pipeline.cli.dlq.dead_letters import DeadLetterQueue
from iot_pipeline.cli.dlq.redriving import NotRedriven, redriven

WORK = ("data-ingestion", "rule-evaluation", "device-states")
MESSAGE = {"v": 1, "request_id": "request-7", "segments": [{"device_id": "pump-1"}] * 2}


class Queues:
    """The queues of a deployment, as functions and people use them."""

    def __init__(self, sqs):
        self.sqs = sqs
        names = ["failed-invocations-dev"]
        for work in WORK:
            names += [f"{work}-dev", f"{work}-dev-dlq"]
        self._urls = {name: sqs.create_queue(QueueName=name)["QueueUrl"] for name in names}

    def put(self, name, body, **attributes):
        """Put a letter in, with the attributes that functions write, or none as SQS does."""
        texts = {
            name: {"DataType": "String", "StringValue": value} for name, value in attributes.items()
        }
        url = self._urls[name]
        self.sqs.send_message(QueueUrl=url, MessageBody=body, MessageAttributes=texts)

    def bodies(self, name):
        """What a queue hands out right now."""
        url, found = self._urls[name], []
        while got := self.sqs.receive_message(QueueUrl=url, MaxNumberOfMessages=10).get("Messages"):
            found += [one["Body"] for one in got]
        return found


@pytest.fixture
def queues(nowhere, monkeypatch):
    """An environment that names a deployment with empty queues."""
    monkeypatch.setattr(os, "environ", os.environ.copy())
    for name, value in {
        "API_ENDPOINT": "https://pipeline.invalid/prod",
        "ENVIRONMENT_SUFFIX": "dev",
        "AWS_REGION": "eu-central-1",
        "AWS_ACCESS_KEY_ID": "AKIDOPERATOR",
        "AWS_SECRET_ACCESS_KEY": "operator",
    }.items():
        monkeypatch.setenv(name, value)
    with mock_aws():
        yield Queues(boto3.client("sqs", region_name="eu-central-1"))


@pytest.fixture
def tasks(monkeypatch):
    """SQS's move tasks; nobody waits for them."""
    monkeypatch.setattr("iot_pipeline.cli.dlq.redriving.POLL_SECONDS", 0)
    return MoveTasks(monkeypatch.setattr)


@pytest.fixture
def mixed(queues):
    """Letters of both kinds: twelve that functions buried, three that SQS moved."""
    for n in range(12):
        queues.put("data-ingestion-dev-dlq", f"poison {n}", reason="not JSON", function="process")
    for n in range(3):
        queues.put("data-ingestion-dev-dlq", json.dumps({**MESSAGE, "n": n}))
    return queues


def place_of(work):
    """How people are told which queue of dead letters is meant."""
    return f"{work}-dev-dlq in account 123456789012, region eu-central-1"


def items(result):
    assert result.exit_code == 0, result.stderr
    return [json.loads(line) for line in result.stdout.splitlines()]


def test_every_queue_is_listed_with_how_many_and_why(run, mixed):
    mixed.put("failed-invocations-dev", "{}", ErrorMessage="Task timed out", RequestID="r")
    found = {item["queue"]: item for item in items(run("dlq", "list", "--format", "json"))}
    assert {name: item["letters"] for name, item in found.items()} == {
        "ingestion": 15,
        "evaluation": 0,
        "states": 0,
        "failed-invocations": 1,
    }
    assert found["ingestion"]["reasons"] == [
        {"reason": "not JSON", "letters": 12},
        {"reason": "received too often", "letters": 3},
    ]
    assert found["failed-invocations"]["reasons"] == [{"reason": "Task timed out", "letters": 1}]
    assert found["evaluation"]["oldest_at"] is None


def test_the_list_is_a_table_for_people(run, mixed, monkeypatch):
    now = time.time()
    monkeypatch.setattr(time, "time", lambda: now + 3 * 86_400 + 5)
    result = run("dlq", "list")
    assert result.exit_code == 0
    assert "ingestion" in result.stdout
    assert "│ 3d " in result.stdout
    assert "12 × not JSON; 3 × received too often" in result.stdout


def test_letters_are_shown_with_what_is_known_of_them(run, mixed):
    found = items(run("dlq", "peek", "ingestion", "--limit", "100", "--format", "json"))
    assert len({item["message_id"] for item in found}) == 15
    buried, moved = found[0], found[-1]
    assert (buried["reason"], buried["function"], buried["body"]) == (
        "not JSON",
        "process",
        "poison 0",
    )
    assert buried["request_id"] is None
    assert moved["reason"] == "received too often"
    assert (moved["request_id"], moved["device_ids"]) == ("request-7", ["pump-1"])
    assert moved["receives"] == 1


def test_looking_takes_no_letter_away_and_hides_none(run, mixed):
    for command in (["list"], ["peek"], ["peek", "ingestion", "--limit", "3"]):
        assert run("dlq", *command).exit_code == 0
    assert len(mixed.bodies("data-ingestion-dev-dlq")) == 15


def test_a_limit_of_letters_is_kept(run, mixed):
    assert len(items(run("dlq", "peek", "--limit", "11", "--format", "json"))) == 11
    assert len(items(run("dlq", "peek", "states", "--format", "json"))) == 0


@pytest.mark.parametrize("body", ["[" * 100_000, "[]", '{"segments": [1, {}]}', '{"segments": 7}'])
def test_poison_of_any_shape_can_be_looked_at(run, queues, body):
    queues.put("device-states-dev-dlq", body, reason="strange")
    (found,) = items(run("dlq", "peek", "states", "--format", "json"))
    assert (found["body"], found["request_id"], found["device_ids"]) == (body, None, [])


def test_letters_of_both_kinds_go_back_by_one_command(run, mixed, tasks):
    result = run("dlq", "redrive", "ingestion")
    assert (result.exit_code, result.stderr) == (0, "")
    assert result.stdout == f"Redriven: 15 letters of ingestion ({place_of('data-ingestion')})\n"
    assert len(set(mixed.bodies("data-ingestion-dev"))) == 15
    assert mixed.bodies("data-ingestion-dev-dlq") == []
    (task,) = tasks.tasks
    assert task["DestinationArn"].endswith(":data-ingestion-dev")


def test_all_queues_that_letters_came_from_are_redriven(run, mixed, tasks):
    mixed.put("device-states-dev-dlq", "{}")
    result = run("dlq", "redrive", "--all")
    assert result.stdout.splitlines() == [
        f"Redriven: 15 letters of ingestion ({place_of('data-ingestion')})",
        f"Redriven: 0 letters of evaluation ({place_of('rule-evaluation')})",
        f"Redriven: 1 letter of states ({place_of('device-states')})",
    ]
    assert mixed.bodies("device-states-dev") == ["{}"]


def test_what_is_redriven_a_second_time_is_not_taken_for_the_first(run, mixed, tasks):
    run("dlq", "redrive", "ingestion")
    mixed.put("data-ingestion-dev-dlq", "again")
    told = run("dlq", "redrive", "ingestion").stdout
    assert told.startswith("Redriven: 1 letter of ingestion (")


def test_failed_invocations_came_from_no_queue_and_what_to_do_is_said(run, queues, tasks):
    result = run("dlq", "redrive", "failed-invocations")
    assert result.exit_code == 2
    assert "invoke the function again" in result.stderr
    assert tasks.tasks == []


def test_which_queue_is_redriven_must_be_said(run, queues):
    for arguments in ([], ["states", "--all"]):
        result = run("dlq", "redrive", *arguments)
        assert (result.exit_code, "name one QUEUE, or --all" in result.stderr) == (2, True)


def test_a_queue_that_fails_keeps_no_other_from_its_turn(run, mixed, tasks):
    mixed.put("device-states-dev-dlq", "{}")
    tasks.failures["data-ingestion-dev-dlq"] = "AccessDenied"
    result = run("dlq", "redrive", "--all")
    assert result.exit_code == 1
    assert result.stderr.startswith("Error: ingestion: AccessDenied")
    assert mixed.bodies("device-states-dev") == ["{}"]


def test_a_move_that_fails_is_told_with_its_reason(run, mixed, tasks):
    tasks.failures["data-ingestion-dev-dlq"] = "AccessDenied"
    result = run("dlq", "redrive", "ingestion")
    assert result.exit_code == 1
    assert result.stderr == (
        "Error: ingestion: AccessDenied: 4 letters moved, the others are where they were; "
        "the same command goes on\n"
    )


def test_an_interrupted_move_is_ended_and_no_letter_is_lost(mixed, tasks):
    queue = DeadLetterQueue(mixed.sqs, "ingestion", "data-ingestion-dev-dlq")

    def ctrl_c(_seconds):
        raise KeyboardInterrupt

    with pytest.raises(NotRedriven, match="interrupted: 4 letters moved"):
        redriven(mixed.sqs, queue, lambda *_: None, wait=ctrl_c)
    assert tasks.tasks[0]["Status"] == "CANCELLING"
    shown = []
    assert redriven(mixed.sqs, queue, lambda *of: shown.append(of), wait=lambda _: None) == 11
    assert shown == [(0, 11), (4, 11), (8, 11), (11, 11)]
    assert len(mixed.bodies("data-ingestion-dev")) == 15


def test_a_move_that_ended_as_it_was_interrupted_is_told_as_it_ended(mixed, tasks):
    queue = DeadLetterQueue(mixed.sqs, "ingestion", "data-ingestion-dev-dlq")

    tasks.at_once = 15

    def ctrl_c(_seconds):
        assert tasks.tasks[0]["Status"] == "COMPLETED"
        raise KeyboardInterrupt

    with pytest.raises(NotRedriven, match="interrupted: 15 letters moved"):
        redriven(mixed.sqs, queue, lambda *_: None, wait=ctrl_c)


def test_a_move_that_somebody_has_begun_is_followed(run, mixed, tasks):
    queue = DeadLetterQueue(mixed.sqs, "ingestion", "data-ingestion-dev-dlq")
    mixed.sqs.start_message_move_task(SourceArn=queue.arn, DestinationArn=queue.work_arn)
    told = run("dlq", "redrive", "ingestion").stdout
    assert told.startswith("Redriven: 15 letters of ingestion (")
    assert len(tasks.tasks) == 1


def test_letters_are_deleted_only_by_who_says_so_twice(run, mixed):
    refused = run("dlq", "purge", "ingestion", stdin=b"n\n")
    assert refused.exit_code == 1
    asked = f"Delete 15 letters of ingestion ({place_of('data-ingestion')}), and what arrives"
    assert asked in refused.stderr
    assert len(mixed.bodies("data-ingestion-dev-dlq")) == 15
    accepted = run("dlq", "purge", "ingestion", stdin=b"y\n")
    assert accepted.stdout.endswith(f"({place_of('data-ingestion')})\n")
    assert mixed.bodies("data-ingestion-dev-dlq") == []


def test_a_program_purges_without_being_asked(run, mixed):
    assert run("dlq", "purge", "ingestion", "--yes").stdout.startswith("Purged: 15 letters")


def test_a_refusal_of_sqs_is_one_line(run, queues, monkeypatch):
    monkeypatch.setenv("ENVIRONMENT_SUFFIX", "other")
    result = run("dlq", "list")
    assert result.exit_code == 1
    assert result.stderr.startswith("Error: ")
    assert len(result.stderr.splitlines()) == 1


def test_a_deployment_that_is_only_half_named_is_not_guessed(run, queues, monkeypatch):
    monkeypatch.delenv("ENVIRONMENT_SUFFIX")
    result = run("dlq", "purge", "ingestion", "--yes")
    assert result.exit_code == 1
    assert result.stderr.startswith("Error: ENVIRONMENT_SUFFIX is not set")
