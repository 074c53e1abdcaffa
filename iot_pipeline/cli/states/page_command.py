"""`pipeline stats open`."""

import threading
import webbrowser
from datetime import datetime
from pathlib import Path

import click

from iot_pipeline import PipelineClient
from iot_pipeline.cli.connection import connect
from iot_pipeline.cli.failures import CommandFailed
from iot_pipeline.cli.states.page_server import StatsPageServer
from iot_pipeline.cli.terminal import say

_DEFAULT_MINUTES = 15


@click.command("open")
@click.argument("day", type=click.DateTime(["%Y-%m-%d"]), metavar="[DATE]", required=False)
@click.option(
    "--minutes",
    type=click.IntRange(1),
    default=_DEFAULT_MINUTES,
    show_default=True,
    help="End when the page was not used for so long.",
)
@click.option(
    "--save",
    "file",
    type=click.Path(dir_okay=False, path_type=Path),
    help="Write the page into this file instead.",
)
def open_page(day: datetime | None, minutes: int, file: Path | None) -> None:
    """Open the counts of DATE, today unless said, in the browser.

    The API takes signed requests only: as long as this runs, it signs what the browser asks of
    it on this machine. Ctrl-C ends it.
    """
    with connect("reader") as client:
        if file is not None:
            _save(client, day, file)
            return
        with StatsPageServer(client, idle_seconds=minutes * 60) as server:
            url = server.url if day is None else f"{server.url}?date={day:%Y-%m-%d}"
            say(url, "Ctrl-C ends it.")
            # Beside the serving: a browser that runs in the terminal holds up who opens it.
            threading.Thread(target=webbrowser.open, args=(url,), daemon=True).start()
            server.serve()


def _save(client: PipelineClient, day: datetime | None, file: Path) -> None:
    page = client.states.stats_page(day).html
    try:
        file.write_text(page, encoding="utf-8")
    except OSError as error:
        raise CommandFailed(f"{file}: {error.strerror}") from error
    say(f"Saved: {file}")
