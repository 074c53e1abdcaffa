"""`pipeline readings …`: the commands, each of which is imported when it is run."""

import click

from iot_pipeline.cli.lazy_group import Lazy, LazyGroup

_PACKAGE = "iot_pipeline.cli.readings"

_COMMANDS = {
    "import": Lazy(
        f"{_PACKAGE}.import_command:import_file",
        "Send the readings in FILE (`-` is stdin), in batches; to send a file again is safe.",
    ),
    "query": Lazy(
        f"{_PACKAGE}.query_command:query",
        "Show what DEVICE sent, in time order; without a span: today (UTC).",
    ),
    "reprocess": Lazy(
        f"{_PACKAGE}.reprocess_command:reprocess",
        "Process again what DEVICE sent: safe to repeat, and no alert fires twice.",
    ),
    "send": Lazy(f"{_PACKAGE}.send_command:send", "Send one reading of DEVICE."),
}


@click.group(cls=LazyGroup, lazy=_COMMANDS)
def readings() -> None:
    """Send what devices measured, query it, and process it again."""
