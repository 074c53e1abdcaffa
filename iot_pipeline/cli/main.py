"""The command line's commands: a group for each context, and what goes across contexts."""

import click

from iot_pipeline.cli.failures import ReportingGroup
from iot_pipeline.cli.lazy_group import Lazy

_PACKAGE = "iot_pipeline.cli"

COMMANDS = {
    "alerts": Lazy(f"{_PACKAGE}.alerts.commands:alerts", "See what the rules have found."),
    "dlq": Lazy(
        f"{_PACKAGE}.dlq.commands:dlq", "Look at dead letters, and send them back or delete them."
    ),
    "events": Lazy(f"{_PACKAGE}.events.commands:events", "See the events of devices."),
    "readings": Lazy(
        f"{_PACKAGE}.readings.commands:readings",
        "Send what devices measured, query it, and process it again.",
    ),
    "rules": Lazy(
        f"{_PACKAGE}.rules.commands:rules",
        "Say what devices are watched for: thresholds, and silence.",
    ),
    "simulate": Lazy(
        f"{_PACKAGE}.simulation.command:simulate",
        "Let random devices send, and check that everything they sent is counted.",
    ),
    "stats": Lazy(
        f"{_PACKAGE}.states.commands:stats",
        "See how many devices came to which state on a day (UTC).",
    ),
}
CONTEXT_SETTINGS = {"help_option_names": ["-h", "--help"], "max_content_width": 100}


@click.group(name="pipeline", cls=ReportingGroup, lazy=COMMANDS, context_settings=CONTEXT_SETTINGS)
def main() -> None:
    """Send telemetry to an IoT pipeline, query it and watch it.

    The API is the one that API_ENDPOINT names, in AWS_REGION, called as AWS_PROFILE.
    """
