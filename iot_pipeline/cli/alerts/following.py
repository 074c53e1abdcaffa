"""Alerts shown as they come."""

import time
from collections.abc import Callable

from iot_pipeline import TryAgainLater
from iot_pipeline.alerts import Alert
from iot_pipeline.cli.alerts.feed import AlertFeed
from iot_pipeline.cli.terminal import say

POLL_SECONDS = 2.0


def follow(
    feed: AlertFeed,
    show: Callable[[Alert], None],
    *,
    wait: Callable[[float], None] = time.sleep,
) -> None:
    """Show every change from now on, until the user ends it.

    What passes is told on stderr and gone over; raises any other PipelineError.
    """
    try:
        feed.news()
        say("Waiting for alerts; Ctrl-C ends it.", err=True)
        while True:
            wait(POLL_SECONDS)
            try:
                news = feed.news()
            except TryAgainLater as error:
                say(f"{error}; trying again", err=True)
                continue
            for alert in news:
                show(alert)
    except KeyboardInterrupt:
        return
