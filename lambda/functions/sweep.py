"""The sweep, every minute: silent devices, changed rules, alerts that nobody was told of."""

from collections.abc import Mapping
from functools import cache
from typing import Any

from alerting.adapters.rule_book import DynamoDbChangedRules
from alerting.sweep import Sweep
from alerting.wiring import alerts, announcer, mover, rules, states
from kernel import logs, tracing
from kernel.aws import CONNECTIONS, client
from kernel.clock import SECOND_MS, now_ms
from kernel.wiring import setting

# Of the 60 s that the function has; the next sweep goes on.
_GOES_ON_FOR_MS = 50 * SECOND_MS


@cache
def _sweep() -> Sweep:
    changes = DynamoDbChangedRules(client("dynamodb"), setting("RULE_STATES_TABLE"))
    return Sweep(
        rules(), states(), changes, alerts(), mover(), announcer(), now_ms, at_once=CONNECTIONS
    )


def handler(_event: Mapping[str, Any], _context: object) -> None:
    """Sweep once."""
    tracing.follow_sampled_requests()
    deadline = now_ms() + _GOES_ON_FOR_MS
    _sweep()(lambda: now_ms() >= deadline)
    logs.info("swept", duration_ms=now_ms() - deadline + _GOES_ON_FOR_MS)
