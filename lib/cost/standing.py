"""What a deployed stack costs by being there, from what it consists of."""

import json
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from lib.cost import prices
from lib.cost.bill import Usage, named, unnamed

FILE = Path(__file__).with_name("standing.json")
# https://docs.aws.amazon.com/lambda/latest/dg/services-sqs-scaling.html: five at a time, each
# for as long as a receive may wait.
_POLLERS, _POLL_SECONDS = 5, 20


def described(resources: Mapping[str, Any]) -> Usage:
    """What a month of synthesised resources costs: alarms, metrics, keys, and pollers of queues."""
    alarms = resources["aws_cloudwatch_metric_alarm"].values()
    polls = len(resources["aws_lambda_event_source_mapping"]) * _POLLERS
    return {
        # An alarm is billed for each metric that it looks at.
        prices.ALARM_MONTH: sum(map(_metrics, alarms)),
        prices.METRIC_MONTH: len(resources["aws_cloudwatch_log_metric_filter"]),
        prices.KMS_KEY_MONTH: len(resources["aws_kms_key"]),
        prices.SQS_REQUEST: polls * prices.MONTH_SECONDS / _POLL_SECONDS,
    }


def recorded() -> Usage:
    """What `make samples` found in the stack as a user gets it who sets nothing."""
    return unnamed(json.loads(FILE.read_text(encoding="utf-8")))


def _metrics(alarm: Mapping[str, Any]) -> int:
    queries = alarm.get("metric_query") or [{"metric": {}}]
    return sum("metric" in query for query in queries)


if __name__ == "__main__":
    found = json.loads(Path(sys.argv[1]).read_text(encoding="utf-8"))
    text = json.dumps(named(described(found["resource"])), indent=1)
    FILE.write_text(f"{text}\n", encoding="utf-8")
