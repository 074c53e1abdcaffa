"""`pipeline rules …`."""

from collections.abc import Iterable
from dataclasses import replace

import click

from iot_pipeline.cli.connection import connect
from iot_pipeline.cli.listing import Listing, format_option, limit_option
from iot_pipeline.cli.rules.arguments import takes_definition
from iot_pipeline.cli.terminal import say
from iot_pipeline.cli.wording import rule_row
from iot_pipeline.rules import Rule, RuleDefinition


@click.group()
def rules() -> None:
    """Say what devices are watched for: thresholds, and silence."""


@rules.command("list")
@click.option("--device", help="Only those for exactly this device; '*': those for every device.")
@limit_option
@format_option
def list_rules(device: str | None, limit: int | None, shape: str) -> None:
    """Show the rules."""
    listing = Listing(shape, limit)
    with connect("reader") as client:
        _show(client.rules.list(device, page_size=listing.page_size), listing)


@rules.command()
@click.argument("rule_id", metavar="ID")
@format_option
def show(rule_id: str, shape: str) -> None:
    """Show one rule."""
    with connect("reader") as client:
        _show([client.rules.get(rule_id)], Listing(shape))


@rules.command()
@takes_definition
@format_option
def create(definition: RuleDefinition, shape: str) -> None:
    """Make a rule, for DEVICE or --every-device; the same rule again makes no second.

    CONDITION, in quotes, compares a metric by > >= < <= == or != with a number, and by == or !=
    also with true, false or a text. Durations are seconds, or 90s, 15m, 2h, 1d.

    \b
    pipeline rules create pump-7 'temperature > 60' --for 5m --clear 55 --cooldown 1h
    pipeline rules create pump-7 --silent-for 15m --severity critical
    pipeline rules create --every-device 'battery < 10' --name 'battery low'
    """
    with connect("operator") as client:
        _show([client.rules.create(definition)], Listing(shape))


@rules.command("replace")
@click.argument("rule_id", metavar="ID")
@takes_definition
@format_option
def replace_rule(rule_id: str, definition: RuleDefinition, shape: str) -> None:
    """Give a rule another definition: as with `create`, what is not said is not kept.

    \b
    pipeline rules replace 3f9a pump-7 'temperature > 65' --for 5m
    """
    with connect("operator") as client:
        _show([client.rules.replace(rule_id, definition)], Listing(shape))


@rules.command()
@click.argument("rule_id", metavar="ID")
def enable(rule_id: str) -> None:
    """Watch by a rule again."""
    _switch(rule_id, enabled=True)
    say(f"Enabled: {rule_id}")


@rules.command()
@click.argument("rule_id", metavar="ID")
def disable(rule_id: str) -> None:
    """Keep a rule without watching; its open alerts are resolved."""
    _switch(rule_id, enabled=False)
    say(f"Disabled: {rule_id}")


@rules.command()
@click.argument("rule_id", metavar="ID")
def delete(rule_id: str) -> None:
    """Delete a rule; its open alerts are resolved."""
    with connect("operator") as client:
        client.rules.delete(rule_id)
    say(f"Deleted: {rule_id}")


def _switch(rule_id: str, *, enabled: bool) -> None:
    with connect("operator") as client:
        definition = client.rules.get(rule_id).definition
        client.rules.replace(rule_id, replace(definition, enabled=enabled))


def _show(found: Iterable[Rule], listing: Listing) -> None:
    listing.show(map(rule_row if listing.for_people else Rule.as_content, found))
