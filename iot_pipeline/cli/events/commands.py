"""`pipeline events …`."""

from typing import Any, Literal

import click

from iot_pipeline.cli.connection import connect
from iot_pipeline.cli.instant import INSTANT
from iot_pipeline.cli.listing import Listing, format_option, limit_option
from iot_pipeline.events import StoredEvent
from iot_pipeline.moments import ms_to_iso


@click.group()
def events() -> None:
    """See the events of devices."""


@events.command("list")
@click.argument("device")
@click.option("--type", "kind", metavar="NAME", help="Only events of this type.")
@click.option("--start", type=INSTANT, help="From this moment.")
@click.option("--end", type=INSTANT, help="To before this moment.")
@click.option("--order", type=click.Choice(["asc", "desc"]), default="asc", show_default=True)
@limit_option
@format_option
def list_events(
    device: str,
    kind: str | None,
    start: int | None,
    end: int | None,
    order: Literal["asc", "desc"],
    limit: int | None,
    shape: str,
) -> None:
    """Show the events of DEVICE, in time order; without a span: all there are.

    TIME is ISO 8601 with an offset, or epoch milliseconds.
    """
    listing = Listing(shape, limit)
    with connect("reader") as client:
        found = client.events.list(
            device, type=kind, start=start, end=end, order=order, page_size=listing.page_size
        )
        listing.show(map(_row if listing.for_people else StoredEvent.as_content, found))


def _row(event: StoredEvent) -> dict[str, Any]:
    moments = {"ts": event.timestamp_ms, "ingested_at": event.ingested_at_ms}
    return event.as_content() | {name: ms_to_iso(moment) for name, moment in moments.items()}
