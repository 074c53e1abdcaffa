"""What Lambda bills for an invocation, and what else comes with one.

What was measured here is the processor's time and what the function logs. The rest is assumed, and
stands here alone: how long AWS takes to answer, and that an arm64 core is as fast as this one.
"""

from math import ceil

from bench.units import sqs_requests

from lib.cost import Usage, prices

# As the stack sets it: _MEMORY_MB of lib/stacks/foundation.py.
MEMORY_MB = 1_024
# https://docs.aws.amazon.com/lambda/latest/dg/configuration-memory.html
_MEMORY_MB_OF_ONE_CORE = 1_769
# Assumed of every call of DynamoDB and SQS, which are made one after the other.
ANSWERS_AFTER_SECONDS = 0.008
_ID = "00000000-0000-0000-0000-000000000000"
# What Lambda itself logs of each invocation.
_PLATFORM_LOG = (
    f"START RequestId: {_ID} Version: $LATEST\n"
    f"END RequestId: {_ID}\n"
    f"REPORT RequestId: {_ID}\tDuration: 12.34 ms\tBilled Duration: 13 ms\t"
    "Memory Size: 1024 MB\tMax Memory Used: 100 MB\t\n"
)


def lambda_usage(invocations: int, cpu_seconds: float, calls: int, log_bytes: int) -> Usage:
    """What so many invocations are billed, which took so much in all."""
    busy = cpu_seconds / invocations * max(1, _MEMORY_MB_OF_ONE_CORE / MEMORY_MB)
    each = ceil(1_000 * (busy + calls / invocations * ANSWERS_AFTER_SECONDS)) / 1_000
    return {
        prices.LAMBDA_REQUEST: invocations,
        prices.LAMBDA_GB_SECOND: invocations * each * MEMORY_MB / 1_024,
        prices.LOGS_GB: (log_bytes + invocations * len(_PLATFORM_LOG)) / prices.GIGABYTE,
    }


def polling_usage(batches: list[list[str]]) -> Usage:
    """What Lambda's poller asks of a queue for these batches: each is received and deleted."""
    received = sum(sqs_requests(sum(map(len, batch))) for batch in batches)
    return {prices.SQS_REQUEST: received + len(batches)}
