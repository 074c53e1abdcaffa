"""`pipeline readings import`."""

import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from itertools import islice

import click
from rich.console import Console
from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn

from iot_pipeline.cli.connection import connect
from iot_pipeline.cli.failures import CommandFailed
from iot_pipeline.cli.quantity import quantity
from iot_pipeline.cli.readings.files.errors import UnreadableFile
from iot_pipeline.cli.readings.files.mapping import Wanted
from iot_pipeline.cli.readings.files.opening import OpenedFile
from iot_pipeline.cli.readings.files.readings import reading_file
from iot_pipeline.cli.readings.files.times import TimeUnit
from iot_pipeline.cli.terminal import say
from iot_pipeline.readings import Reading, SendReport
from iot_pipeline.readings.batching import MAX_READINGS, batches
from iot_pipeline.readings.sending import DEFAULT_CONCURRENCY, MAX_CONCURRENCY

_SHOWN_INVALID = 5


class InvalidRows:
    """Stops at the first row that is no reading, or counts them and shows the first few."""

    def __init__(self, *, skip: bool) -> None:
        """Skip them, or stop."""
        self._skip = skip
        self.count = 0

    def __call__(self, line: int, reason: str) -> None:
        """Take one row; raises UnreadableFile when it is not to be skipped."""
        if not self._skip:
            raise UnreadableFile(f"line {line}: {reason} (--skip-invalid goes on)")
        self.count += 1
        if self.count <= _SHOWN_INVALID:
            say(f"skipped: line {line}: {reason}", err=True)


def _renames(
    _ctx: click.Context, _param: click.Parameter, values: tuple[str, ...]
) -> dict[str, str]:
    renames = {}
    for value in values:
        field, _, name = value.rpartition("=")
        if not field or not name:
            raise click.BadParameter(f"{value!r} is not of the form FIELD=NAME")
        renames[field] = name
    return renames


@click.command("import")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, allow_dash=True))
@click.option("--device-field", metavar="FIELD", help="Where the device's id stands.")
@click.option("--time-field", metavar="FIELD", help="Where the time stands.")
@click.option(
    "--time-unit",
    type=click.Choice([unit.value for unit in TimeUnit]),
    default=TimeUnit.AUTO.value,
    show_default=True,
    help="What the time is in; auto: as the first row looks.",
)
@click.option("--metrics-field", metavar="FIELD", help="The object that holds the metrics.")
@click.option(
    "--metric",
    "renames",
    metavar="FIELD=NAME",
    multiple=True,
    callback=_renames,
    help="Send this metric under another name.",
)
@click.option("--exclude", metavar="FIELD", multiple=True, help="Leave this metric out.")
@click.option(
    "--batch-size",
    type=click.IntRange(1, MAX_READINGS),
    default=MAX_READINGS,
    show_default=True,
    help="Readings in one request.",
)
@click.option(
    "--concurrency",
    type=click.IntRange(1, MAX_CONCURRENCY),
    default=DEFAULT_CONCURRENCY,
    show_default=True,
    help="Requests at a time.",
)
@click.option("--limit", type=click.IntRange(1), help="Send at most so many readings.")
@click.option("--skip-invalid", is_flag=True, help="Count rows that are no readings, and go on.")
@click.option("--dry-run", is_flag=True, help="Read everything, send nothing.")
def import_file(
    file: str,
    device_field: str | None,
    time_field: str | None,
    time_unit: str,
    metrics_field: str | None,
    renames: dict[str, str],
    exclude: tuple[str, ...],
    batch_size: int,
    concurrency: int,
    limit: int | None,
    skip_invalid: bool,
    dry_run: bool,
) -> None:
    """Send the readings in FILE (`-` is stdin), in batches; to send a file again is safe.

    JSON (an array, or an object with one array), JSON Lines and CSV with a header are told
    apart by their content, zipped or gzipped too. Fields that are not named are detected, and
    what was found is said. A FIELD may be a dotted path into objects. Without --metrics-field,
    and where no field such as `sensor_data` or `data` holds an object, all remaining fields are
    metrics. Empty cells and nulls are no metrics. Times become whole milliseconds, halves the
    even one; ISO 8601 without an offset is UTC.

    \b
    pipeline readings import telemetry.json.zip
    pipeline readings import log.csv --device-field sensor --metric 'temp (C)=temperature'
    """
    wanted = Wanted(
        device_field, time_field, TimeUnit(time_unit), metrics_field, renames, frozenset(exclude)
    )
    invalid = InvalidRows(skip=skip_invalid)
    started = time.monotonic()
    with reading_file(file, wanted) as source:
        say(f"Found {source}", err=True)
        readings = islice(source.readings(invalid), limit)
        with _progress(source.file) as progress:
            try:
                if dry_run:
                    report = _counted(readings, batch_size, progress)
                else:
                    with connect("writer") as client:
                        report = client.readings.send_stream(
                            readings,
                            on_progress=progress,
                            batch_size=batch_size,
                            concurrency=concurrency,
                        )
            except UnreadableFile as error:
                raise CommandFailed(str(error), progress.told(dry_run=dry_run)) from error
    say(_summary(report, invalid.count, time.monotonic() - started, dry_run=dry_run))


def _counted(
    readings: Iterator[Reading], batch_size: int, show: Callable[[SendReport], None]
) -> SendReport:
    accepted = requests = body_bytes = 0
    for batch in batches(readings, batch_size):
        accepted += len(batch.readings)
        requests += 1
        body_bytes += len(batch.body)
        show(SendReport(accepted, requests, body_bytes=body_bytes))
    return SendReport(accepted, requests, body_bytes=body_bytes)


def _summary(report: SendReport, skipped: int, seconds: float, *, dry_run: bool) -> str:
    verb = "Would send" if dry_run else "Sent"
    line = (
        f"{verb} {quantity(report.accepted, 'reading')} in {quantity(report.requests, 'request')}"
    )
    line += f", {report.body_bytes / 1e6:.1f} MB"
    if not dry_run:
        line += f" ({report.sent_bytes / 1e6:.1f} MB compressed), retries: {report.retries:,}"
    line += f", {seconds:.1f} s"
    return f"{line}; skipped {quantity(skipped, 'row')}" if skipped else line


class _Accepted:
    """Shows how far the file is sent, and remembers it."""

    def __init__(self, bar: Progress, file: OpenedFile) -> None:
        self._bar = bar
        self._file = file
        self._task = bar.add_task("", total=file.size_bytes, accepted=0)
        self._accepted = 0

    def __call__(self, report: SendReport) -> None:
        """Move on to what the report says."""
        self._accepted = report.accepted
        self._bar.update(
            self._task, completed=self._file.position_bytes(), accepted=report.accepted
        )

    def told(self, *, dry_run: bool) -> str:
        """What became of the part of the file that could be read."""
        if dry_run:
            return "Nothing was sent."
        return f"{self._accepted:,} readings were accepted; to send the file again is safe."


@contextmanager
def _progress(file: OpenedFile) -> Iterator[_Accepted]:
    """A bar on stderr, where that is a terminal, as long as the packed file."""
    with Progress(
        BarColumn(),
        TextColumn("{task.percentage:>3.0f} % · {task.fields[accepted]:,} readings"),
        TimeElapsedColumn(),
        console=Console(stderr=True),
        disable=not sys.stderr.isatty(),
        transient=True,
    ) as bar:
        yield _Accepted(bar, file)
