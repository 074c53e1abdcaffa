"""The sweep, every minute: silent devices, changed rules, alerts that nobody was told of."""

from collections.abc import Mapping
from typing import Any

from alerting.bootstrap import Parts
from alerting.evaluation.sweep import Sweep
from alerting.rules.adapters.change_outbox import DynamoDbRuleChangeOutbox
from edge.container import Container, Function, on_first_use
from edge.entrance import entered
from kernel import logs
from kernel.aws import CONNECTIONS
from kernel.invocation import LambdaContext, out_of_time


def build(container: Container) -> Function:
    """What there is no time for, the next sweep does."""
    parts, clock = Parts(container), container.clock
    changes = DynamoDbRuleChangeOutbox(
        container.aws("dynamodb"), container.setting("RULE_STATES_TABLE")
    )
    sweep = Sweep(
        parts.rules,
        parts.states,
        changes,
        parts.alerts,
        parts.mover,
        parts.publisher,
        clock,
        at_once=CONNECTIONS,
    )

    def sweep_once(_event: Mapping[str, Any], context: LambdaContext) -> None:
        started = clock()
        with entered(context):
            sweep(out_of_time)
        logs.info("swept", duration_ms=clock() - started)

    return sweep_once


handler = on_first_use(build)
