"""What a deployed stack costs in a month in which nobody sends anything."""

import json
import os
import tempfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from bench.ours import PARAMETERS, built
from bench.passage import invoked
from bench.transport import CannedAws
from samples.invocations import Invocation

from functions.alerting import sweep
from lib.cost import Usage, prices, scaled, total
from lib.cost.fleet import MONTH_SECONDS
from lib.local.layout import DeploymentLayout
from lib.local.synthesis import synthesise
from lib.settings import PROJECT_ROOT

# https://docs.aws.amazon.com/lambda/latest/dg/services-sqs-scaling.html: five at a time, each
# for as long as a receive may wait.
_POLLERS, _POLL_SECONDS = 5, 20
_SWEEP_SECONDS = 60


def standing_usage() -> Usage:
    """What the stack as a user gets it who sets nothing uses in a month."""
    with tempfile.TemporaryDirectory() as directory:
        environment = {**os.environ, "AWS_ACCOUNT_ID": "123456789012"}
        synthesis = synthesise(PROJECT_ROOT, DeploymentLayout(Path(directory)), environment)
        (stack,) = synthesis.stacks
        file = synthesis.stack_directory(stack) / "cdk.tf.json"
        resources = json.loads(file.read_text(encoding="utf-8"))["resource"]
    sweeps = MONTH_SECONDS / _SWEEP_SECONDS
    return total(described(resources), scaled(_idle_sweep(), sweeps))


def described(resources: Mapping[str, Any]) -> Usage:
    """What resources cost by being there: alarms, metrics, keys, and pollers of queues."""
    alarms = resources["aws_cloudwatch_metric_alarm"].values()
    polls = len(resources["aws_lambda_event_source_mapping"]) * _POLLERS
    return {
        # An alarm is billed for each metric that it looks at.
        prices.ALARM_MONTH: sum(map(_metrics, alarms)),
        prices.METRIC_MONTH: len(resources["aws_cloudwatch_log_metric_filter"]),
        prices.KMS_KEY_MONTH: len(resources["aws_kms_key"]),
        prices.SQS_REQUEST: polls * MONTH_SECONDS / _POLL_SECONDS,
    }


def _metrics(alarm: Mapping[str, Any]) -> int:
    queries = alarm.get("metric_query") or [{"metric": {}}]
    return sum("metric" in query for query in queries)


def _idle_sweep() -> Usage:
    aws = CannedAws(PARAMETERS)
    ((sweep_once,), invocation) = built(aws, sweep), Invocation()
    # The first one finds out what the others know.
    for _ in range(2):
        stage, _ = invoked(lambda event: sweep_once(event, invocation), aws, [{}])
    return stage.usage
