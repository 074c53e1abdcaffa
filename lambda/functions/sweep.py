"""The sweep, every minute: silent devices, changed rules, alerts that nobody was told of."""

from collections.abc import Mapping
from functools import cache
from typing import Any

from alerting.evaluation.sweep import Sweep
from alerting.rules.adapters.change_outbox import DynamoDbRuleChangeOutbox
from alerting.wiring import alerts, mover, publisher, rules, states
from kernel import logs
from kernel.aws import CONNECTIONS, client
from kernel.clock import now_ms
from kernel.invocation import LambdaContext, out_of_time, running
from kernel.wiring import setting


@cache
def _sweep() -> Sweep:
    changes = DynamoDbRuleChangeOutbox(client("dynamodb"), setting("RULE_STATES_TABLE"))
    return Sweep(
        rules(), states(), changes, alerts(), mover(), publisher(), now_ms, at_once=CONNECTIONS
    )


def handler(_event: Mapping[str, Any], context: LambdaContext) -> None:
    """Sweep once; what there is no time for, the next sweep does."""
    started = now_ms()
    with running(context):
        _sweep()(out_of_time)
    logs.info("swept", duration_ms=now_ms() - started)
