"""`pipeline stats …`: the commands, each of which is imported when it is run."""

import click

from iot_pipeline.cli.lazy_group import Lazy, LazyGroup

_PACKAGE = "iot_pipeline.cli.states"

_COMMANDS = {
    "open": Lazy(
        f"{_PACKAGE}.page_command:open_page",
        "Open the counts of DATE, today unless said, in the browser.",
    ),
    "recount": Lazy(
        f"{_PACKAGE}.recount_command:recount",
        "Count the kept device states of DATE (UTC) again, and compare the counters with them.",
    ),
    "show": Lazy(f"{_PACKAGE}.show_command:show", "Show the counts of DATE, today unless said."),
}


@click.group(cls=LazyGroup, lazy=_COMMANDS)
def stats() -> None:
    """See how many devices came to which state on a day (UTC)."""
