"""`pipeline dlq …`."""

import sys
import time
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import Any

import click
from rich.console import Console
from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn

from iot_pipeline.cli.dlq.dead_letters import (
    FAILED_INVOCATIONS,
    QUEUE_NAMES,
    WORK_QUEUES,
    Letter,
    dead_letter_queues,
    sqs_of_deployment,
)
from iot_pipeline.cli.dlq.redriving import NotRedriven, redriven
from iot_pipeline.cli.duration import age_text
from iot_pipeline.cli.failures import CommandFailed
from iot_pipeline.cli.listing import Listing, format_option
from iot_pipeline.cli.quantity import quantity
from iot_pipeline.cli.terminal import say
from iot_pipeline.moments import ms_to_iso

# Looking at a letter is a call for every ten; so many tell what is wrong.
_MOST_COUNTED = 1_000
_DEFAULT_PEEK = 10

_queue_argument = click.argument("queue", type=click.Choice(QUEUE_NAMES), metavar="QUEUE")
_any_queue_argument = click.argument(
    "queue", type=click.Choice(QUEUE_NAMES), required=False, metavar="[QUEUE]"
)


@click.group()
def dlq() -> None:
    """Look at dead letters, and send them back or delete them.

    Queues: ingestion, evaluation, states, and failed-invocations of functions that no queue feeds.
    The deployment is the one that ENVIRONMENT_SUFFIX, AWS_REGION and the credentials name if
    API_ENDPOINT is set, or else the local one.
    """


@dlq.command("list")
@format_option
def list_queues(shape: str) -> None:
    """Show every queue of dead letters: how many, how old, and why.

    Age and reasons are those of up to 1,000 letters of each queue.
    """
    listing = Listing(shape)
    found = dead_letter_queues(sqs_of_deployment(), QUEUE_NAMES)
    shown = _summary_row if listing.for_people else _summary
    listing.show_all(
        shown(queue.name, queue.count(), queue.letters(_MOST_COUNTED)) for queue in found
    )


@dlq.command()
@_any_queue_argument
@click.option(
    "--limit",
    type=click.IntRange(1),
    default=_DEFAULT_PEEK,
    show_default=True,
    help="At most so many letters of a queue.",
)
@format_option
def peek(queue: str | None, limit: int, shape: str) -> None:
    """Show letters of QUEUE, or of all; they stay where they are, and SQS counts that as a receive.

    With --format json or csv their bodies too.
    """
    listing = Listing(shape)
    names = [queue] if queue else QUEUE_NAMES
    shown = _letter_row if listing.for_people else _letter
    listing.show_all(
        shown(found.name, letter)
        for found in dead_letter_queues(sqs_of_deployment(), names)
        for letter in found.letters(limit)
    )


@dlq.command()
@_any_queue_argument
@click.option("--all", "everything", is_flag=True, help="Every queue of letters that can go back.")
def redrive(queue: str | None, everything: bool) -> None:
    """Send the letters of QUEUE back to the queue that they came from, to be tried again.

    SQS moves them itself. Ctrl-C ends it safely; what was moved stays moved, and the same command
    goes on with the rest. With --all, a queue that fails keeps no other from its turn.
    """
    if everything == (queue is not None):
        raise click.UsageError("name one QUEUE, or --all")
    if queue == FAILED_INVOCATIONS:
        raise click.UsageError(
            f"{queue} came from no queue: invoke the function again with the body that `peek "
            "--format json` shows, then `purge` (a sweep needs nothing: the next one does its work)"
        )
    sqs = sqs_of_deployment()
    failed: list[str] = []
    for found in dead_letter_queues(sqs, [queue] if queue else list(WORK_QUEUES)):
        try:
            with _progress(found.name) as show:
                moved = redriven(sqs, found, show)
        except NotRedriven as error:
            failed.append(str(error))
            if error.interrupted:
                break
        else:
            say(f"Redriven: {quantity(moved, 'letter')} of {found.name} ({found.place})")
    if failed:
        raise CommandFailed(*failed)


@dlq.command()
@_queue_argument
@click.option("--yes", is_flag=True, help="Do not ask.")
def purge(queue: str, yes: bool) -> None:
    """Delete all letters of QUEUE for good.

    SQS takes a minute for it, and deletes what arrives meanwhile too.
    """
    (found,) = dead_letter_queues(sqs_of_deployment(), [queue])
    letters = quantity(found.count(), "letter")
    if not yes:
        asked = f"Delete {letters} of {queue} ({found.place}), and what arrives within a minute?"
        click.confirm(asked, abort=True, err=True)
    found.purge()
    say(f"Purged: {letters} of {queue} ({found.place})")


def _summary(queue: str, count: int, letters: Sequence[Letter]) -> dict[str, Any]:
    reasons = Counter(letter.reason for letter in letters)
    return {
        "queue": queue,
        "letters": count,
        "oldest_at": ms_to_iso(letters[0].sent_at_ms) if letters else None,
        "reasons": [{"reason": text, "letters": n} for text, n in reasons.most_common()],
    }


def _summary_row(queue: str, count: int, letters: Sequence[Letter]) -> dict[str, Any]:
    reasons = Counter(letter.reason for letter in letters)
    return {
        "queue": queue,
        "letters": count,
        "oldest": _age(letters[0]) if letters else None,
        "reasons": "; ".join(f"{n:,} × {text}" for text, n in reasons.most_common()),
    }


def _letter(queue: str, letter: Letter) -> dict[str, Any]:
    return {
        "queue": queue,
        "message_id": letter.message_id,
        "reason": letter.reason,
        "error": letter.error,
        "function": letter.function,
        "sent_at": ms_to_iso(letter.sent_at_ms),
        "receives": letter.receives,
        "request_id": letter.request_id,
        "device_ids": list(letter.device_ids),
        "body": letter.body,
    }


def _letter_row(queue: str, letter: Letter) -> dict[str, Any]:
    return {
        "queue": queue,
        "message_id": letter.message_id,
        "reason": letter.reason,
        "age": _age(letter),
        "receives": letter.receives,
        "request_id": letter.request_id,
        "devices": ", ".join(letter.device_ids),
    }


def _age(letter: Letter) -> str:
    return age_text(int(time.time() - letter.sent_at_ms / 1_000))


@contextmanager
def _progress(name: str) -> Iterator[Callable[[int, int | None], None]]:
    """A bar on stderr, where that is a terminal."""
    with Progress(
        TextColumn(name),
        BarColumn(),
        TextColumn("{task.completed:,.0f} letters moved"),
        TimeElapsedColumn(),
        console=Console(stderr=True),
        disable=not sys.stderr.isatty(),
        transient=True,
    ) as bar:
        task = bar.add_task("", total=None)
        yield lambda moved, of: bar.update(task, completed=moved, total=of)
