"""`pipeline alerts …`."""

from collections.abc import Callable

import click

from iot_pipeline.alerts import STATUSES, Alert
from iot_pipeline.cli.alerts.feed import AlertFeed
from iot_pipeline.cli.alerts.following import follow
from iot_pipeline.cli.connection import connect
from iot_pipeline.cli.instant import INSTANT
from iot_pipeline.cli.items import print_json
from iot_pipeline.cli.listing import Listing, format_option, limit_option
from iot_pipeline.cli.terminal import say
from iot_pipeline.cli.wording import alert_line, alert_row


@click.group()
def alerts() -> None:
    """See what the rules have found."""


@alerts.command("list")
@click.option("--device", help="Only those of this device.")
@click.option("--rule", metavar="ID", help="Only those of this rule.")
@click.option("--status", type=click.Choice(STATUSES), help="Only those that are so now.")
@click.option("--start", type=INSTANT, help="Fired from this moment.")
@click.option("--end", type=INSTANT, help="Fired before this moment.")
@limit_option
@format_option
@click.option("--follow", "following", is_flag=True, help="Show what happens from now on.")
def list_alerts(
    device: str | None,
    rule: str | None,
    status: str | None,
    start: int | None,
    end: int | None,
    limit: int | None,
    shape: str,
    following: bool,
) -> None:
    """Show the alerts, newest first; with --follow firings and resolutions as they come.

    TIME is ISO 8601 with an offset, or epoch milliseconds.
    """
    if following and (shape.startswith("csv") or (start, end, limit) != (None, None, None)):
        raise click.UsageError("--follow goes without --start, --end, --limit and --format csv")
    listing = Listing(shape, limit)
    with connect("reader") as client:
        if following:
            feed = AlertFeed(client, device_id=device, rule_id=rule)
            follow(feed, change_printer(listing, status))
            return
        found = client.alerts.list(
            device_id=device,
            rule_id=rule,
            status=status,
            start=start,
            end=end,
            page_size=listing.page_size,
        )
        listing.show(map(alert_row if listing.for_people else Alert.as_content, found))


def change_printer(listing: Listing, status: str | None) -> Callable[[Alert], None]:
    """What prints alerts one by one as they change, those of a status if one is given."""

    def print_change(alert: Alert) -> None:
        if status not in (None, alert.status):
            return
        if listing.for_people:
            say(alert_line(alert))
        else:
            print_json([alert.as_content()])

    return print_change
