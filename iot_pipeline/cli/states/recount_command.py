"""`pipeline stats recount`."""

import sys
from datetime import datetime

import click

from iot_pipeline.cli.connection import enter_deployment
from iot_pipeline.cli.items import print_table
from iot_pipeline.cli.quantity import quantity
from iot_pipeline.cli.states.recounting import Difference, RecountReport, recounted
from iot_pipeline.cli.terminal import say

_FUNCTION_NAME = "RECOUNT_FUNCTION_NAME"


@click.command()
@click.argument("day", type=click.DateTime(["%Y-%m-%d"]), metavar="DATE")
@click.option("--repair", is_flag=True, help="Correct what differs, and have counted what was not.")
def recount(day: datetime, repair: bool) -> None:
    """Count the kept device states of DATE (UTC) again, and compare the counters with them.

    Ends with 1 when they differ and were not repaired. Takes up to 15 minutes.
    """
    function_name = enter_deployment("operator", _FUNCTION_NAME)
    found = recounted(function_name, f"{day:%Y-%m-%d}", repair=repair)
    if found.differences:
        print_table(map(Difference.as_content, found.differences))
    if found.more_differences:
        say(f"Only the first {len(found.differences):,} differences are shown.", err=True)
    say(_told(found))
    if found.wrong and not found.repaired:
        sys.exit(1)


def _told(found: RecountReport) -> str:
    states = quantity(found.items, "device state")
    sources = f"{states} in {quantity(found.submissions, 'submission')}"
    wrong, counters = found.wrong, f"{found.counters:,} counters of {found.date}"
    if not wrong:
        line = f"all {counters} are right: {sources}"
    else:
        line = f"{wrong:,} of {counters} differ: {sources}"
        line += "; corrected" if found.repaired else "; --repair corrects them"
    if found.expired:
        line += f"; expired before they could be read: {quantity(found.expired, 'submission')}"
    if not found.pending:
        return line
    chunks = quantity(found.pending, "chunk")
    if found.repaired:
        return f"{line}; sent again to be counted: {chunks}"
    return f"{line}; not counted yet: {chunks} (--repair sends them again)"
