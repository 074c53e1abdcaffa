"""The command line's commands, gathered."""

import click

from lib.cli.alerts_command import alerts
from lib.cli.demo import demo
from lib.cli.dlq_command import dlq
from lib.cli.events_command import events
from lib.cli.failures import ReportingGroup
from lib.cli.process_command import process
from lib.cli.query_command import query
from lib.cli.replay_command import replay
from lib.cli.rules_command import rules
from lib.cli.send_command import send
from lib.cli.simulate_command import simulate
from lib.cli.stack_commands import COMMANDS
from lib.cli.stats_command import stats


@click.group(
    name="pipeline",
    cls=ReportingGroup,
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100},
)
def main() -> None:
    """Bring the IoT pipeline up, send telemetry to it, query it and watch it.

    The API is the one that API_ENDPOINT names, called as AWS_PROFILE; without it, the one that
    runs on this machine.
    """


_COMMANDS = (
    send,
    replay,
    simulate,
    query,
    process,
    events,
    stats,
    rules,
    alerts,
    dlq,
    demo,
    *COMMANDS,
)
for _command in _COMMANDS:
    main.add_command(_command)
