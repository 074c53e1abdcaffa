"""`pipeline cost`: what a fleet costs a month, before it is there."""

import click

from iot_pipeline.cli.terminal import say
from lib.cost import Bill, prices
from lib.cost.counted import counted
from lib.cost.fleet import MOST_READINGS, Fleet, Month, month_of
from lib.cost.standing import recorded


@click.command()
@click.option("--devices", type=click.IntRange(1), required=True, help="How many devices.")
@click.option(
    "--interval",
    type=click.FloatRange(0, min_open=True),
    required=True,
    metavar="SECONDS",
    help="How often each measures.",
)
@click.option(
    "--batch",
    type=click.IntRange(1, MOST_READINGS),
    default=1,
    show_default=True,
    help="Readings in a request.",
)
@click.option(
    "--rules",
    type=click.IntRange(0),
    default=0,
    show_default=True,
    help="Rules that watch each device, and do not fire.",
)
@click.option("--mixed", is_flag=True, help="The readings of a request are of as many devices.")
def cost(devices: int, interval: float, batch: int, rules: int, mixed: bool) -> None:
    """Tell what a fleet costs a month on AWS.

    By list prices, without the free tier. It costs less the more messages wait in the queues, so
    that functions take many at once, and most where each comes alone.
    """
    fleet = Fleet(devices, interval, batch, rules, mixed)
    month = month_of(fleet, counted(), recorded())
    say(f"{fleet.readings_a_month:,.0f} readings a month, in dollars at AWS's list prices")
    say(f"({prices.REGION}, {prices.PUBLISHED}, without the free tier):")
    say("")
    for line in _lines(month):
        say(line)
    say("")
    say(f"Of these, {_dollars(month.standing)} are for what is there without any reading.")
    say(f"To keep what a month brings costs {_dollars(month.kept)} for each month that it is kept.")
    say("Left out: starts of containers, requests of KMS, what is kept of logs and device states.")
    for name, bill in (("at least", month.least), ("at most", month.most)):
        million = (bill.dollars - month.standing.dollars) / fleet.readings_a_month * 1_000_000
        say(f"A million readings more cost {name} {million:,.3f}.")


def _lines(month: Month) -> list[str]:
    least, most = month.least.by_service(), month.most.by_service()
    rows = [(name, least.get(name, 0), dollars) for name, dollars in most.items()]
    rows.append(("together", month.least.dollars, month.most.dollars))
    head = f"{'':<14}{'at least':>12}{'at most':>12}"
    return [head, *(f"{name:<14}{low:>12,.2f}{high:>12,.2f}" for name, low, high in rows)]


def _dollars(bill: Bill) -> str:
    return f"{bill.dollars:,.2f}"
