"""The command line in the checkout."""

import click

from iot_pipeline.cli.connection import LOCAL_DEPLOYMENT, Role
from iot_pipeline.cli.failures import ReportingGroup
from iot_pipeline.cli.lazy_group import Lazy
from iot_pipeline.cli.main import COMMANDS, CONTEXT_SETTINGS

_LOCAL_COMMANDS = {
    "cost": Lazy("lib.cli.cost_command:cost", "Tell what a fleet costs a month on AWS."),
    "demo": Lazy(
        "lib.cli.demo:demo",
        "Bring the pipeline up on this machine, send it readings and read them back.",
    ),
    "down": Lazy("lib.cli.stack_commands:down", "Stop the engine; its data is kept."),
    "env": Lazy("lib.cli.stack_commands:env", "Print what a shell sources to use the pipeline."),
    "status": Lazy(
        "lib.cli.stack_commands:status",
        "Tell whether the pipeline runs; ends with 3 when it is stopped.",
    ),
    "up": Lazy("lib.cli.stack_commands:up", "Start the engine and deploy the stack to it."),
}


@click.group(
    name="pipeline",
    cls=ReportingGroup,
    lazy={**COMMANDS, **_LOCAL_COMMANDS},
    context_settings=CONTEXT_SETTINGS,
)
@click.pass_context
def main(context: click.Context) -> None:
    """Bring the IoT pipeline up, send telemetry to it, query it and watch it.

    The API is the one that API_ENDPOINT names, called as AWS_PROFILE; without it, the one that
    runs on this machine.
    """
    context.meta[LOCAL_DEPLOYMENT] = _enter_local_deployment


def _enter_local_deployment(role: Role) -> None:
    # Most commands are told which deployment, and need none of this.
    from lib.cli.local_deployment import enter_local_deployment

    enter_local_deployment(role)
