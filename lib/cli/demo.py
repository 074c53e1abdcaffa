"""The whole pipeline shown at work: brought up, sent to, read back and compared."""

import hashlib
import os
import time
from collections.abc import Iterator
from decimal import Decimal
from math import cos, pi
from typing import Any

import boto3
import click
import requests
import simplejson
from rich.console import Console

from iot_pipeline import PipelineClient, Value
from iot_pipeline.cli.failures import CommandFailed
from iot_pipeline.cli.readings.files.mapping import Wanted
from iot_pipeline.cli.readings.files.readings import reading_file
from iot_pipeline.cli.terminal import say
from iot_pipeline.moments import now_ms
from iot_pipeline.readings import Reading
from lib.cli.comparison import SentReadings, Table, compared, items_of
from lib.cli.local_errors import errors_as_sentences
from lib.cli.stack_commands import ConsoleReport
from lib.local import LocalPipeline, LocalSettings

_TABLES: tuple[Table, ...] = ("processed", "raw")
_DEVICES = 3
_READINGS_PER_DEVICE = 1_000
_STEP_MS = 5_000
_DRAIN_LIMIT_SECONDS = 300
_POLL_SECONDS = 0.2


@click.command()
@click.option(
    "--file",
    type=click.Path(exists=True, dir_okay=False),
    help="Readings to send: JSON, JSON Lines or CSV, also packed. Without it some are made up.",
)
def demo(file: str | None) -> None:
    """Bring the pipeline up on this machine, send it readings and read them back."""
    console = Console(highlight=False, soft_wrap=True)
    report = ConsoleReport(console)
    with errors_as_sentences():
        settings = LocalSettings.from_environment(os.environ)
        deployment = LocalPipeline(settings, report=report).up()
    environment = deployment.environment_within(os.environ)
    os.environ.clear()
    os.environ.update(environment)
    _show(file, report)
    say(
        f"The pipeline is up: {deployment.api_endpoint}",
        "Stop it with 'make down'; its data is kept.",
    )


def _show(file: str | None, report: ConsoleReport) -> None:
    with report.step("An unsigned call is refused"):
        _expect_refusal()
    with report.step("Read the readings" if file else "Make readings up"):
        readings = list(_from_file(file) if file else _made_up())
        sent = SentReadings.of(readings)
    report.note(f"{len(readings):,} readings, {len(sent.identities):,} of them distinct.")
    _send(readings, report)
    first = [_read_back(sent, table, report) for table in _TABLES]
    report.note("Now everything once more: nothing may change.")
    _send(readings, report)
    if [_read_back(sent, table, report) for table in _TABLES] != first:
        raise CommandFailed("Sending the same readings again changed what is stored.")


def _expect_refusal() -> None:
    answer = requests.get(f"{os.environ['API_ENDPOINT']}/health", timeout=30)
    if answer.status_code != requests.codes.forbidden:
        raise CommandFailed(f"An unsigned call was answered {answer.status_code}, not 403.")


def _from_file(path: str) -> Iterator[Reading]:
    def refuse(line: int, reason: str) -> None:
        raise CommandFailed(f"{path}, line {line}: {reason}")

    with reading_file(path, Wanted()) as file:
        yield from file.readings(refuse)


def _made_up() -> Iterator[Reading]:
    """Three devices with the temperature of a day that comes and goes, up to now."""
    until = now_ms()
    for device in range(1, _DEVICES + 1):
        for step in range(_READINGS_PER_DEVICE):
            phase = 2 * pi * step / _READINGS_PER_DEVICE
            temperature = Decimal(f"{20 + device - 5 * cos(phase):.2f}")
            metrics: dict[str, Value] = {
                "temperature": temperature,
                "humidity": 40 + step % 21,
                "door_open": False,
            }
            age_ms = (_READINGS_PER_DEVICE - step) * _STEP_MS
            yield Reading(f"demo-{device}", metrics, until - age_ms)


def _send(readings: list[Reading], report: ConsoleReport) -> None:
    with (
        report.step("Send them, signed, in batches"),
        PipelineClient.from_environment("writer") as client,
    ):
        done = client.readings.send_stream(readings)
    report.note(
        f"{done.accepted:,} accepted in {done.requests} requests, {done.sent_bytes:,} bytes sent."
    )
    with report.step("Wait until all are processed"):
        _wait_until_processed()


def _wait_until_processed() -> None:
    sqs = boto3.Session(profile_name="operator").client("sqs")
    deadline = time.monotonic() + _DRAIN_LIMIT_SECONDS
    while True:
        counts = sqs.get_queue_attributes(
            QueueUrl=os.environ["INGESTION_QUEUE_URL"],
            AttributeNames=[
                "ApproximateNumberOfMessages",
                "ApproximateNumberOfMessagesNotVisible",
            ],
        )["Attributes"]
        if not any(int(count) for count in counts.values()):
            return
        if time.monotonic() > deadline:
            raise CommandFailed(f"After {_DRAIN_LIMIT_SECONDS} s messages still wait: {counts}.")
        time.sleep(_POLL_SECONDS)


def _read_back(sent: SentReadings, table: Table, report: ConsoleReport) -> str:
    """Compare what is stored with what was sent; returns a digest of every byte of it."""
    digest = hashlib.sha256()

    def items() -> Iterator[dict[str, Any]]:
        for item in items_of(client, sent, table):
            digest.update(simplejson.dumps(item, use_decimal=True, sort_keys=True).encode())
            yield item

    step = report.step(f"Read them back, {table}, and compare every value")
    with step, PipelineClient.from_environment("reader") as client:
        comparison = compared(sent, items(), table)
    if not comparison.faultless:
        raise CommandFailed(f"What was read back ({table}) is not what was sent: {comparison}.")
    report.note(f"{comparison.found:,} distinct readings, every value as sent, in time order.")
    return digest.hexdigest()
