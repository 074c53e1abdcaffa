"""AWS's list prices for what the pipeline uses: us-east-1, on demand, without the free tier.

Those of the first tier, as AWS published them in June 2026; arm64 where it matters. They change
rarely and by announcement, such as the halving of DynamoDB's requests in November 2024; whoever
changes one changes `PUBLISHED` too.
"""

from dataclasses import dataclass

PUBLISHED = "2026-06"
REGION = "us-east-1"

SQS_CHUNK_BYTES = 65_536
WRITE_UNIT_BYTES = 1_024
# What an item is billed as for storage beside its own bytes.
ITEM_OVERHEAD_BYTES = 100
READ_UNIT_BYTES = 4_096
GIGABYTE = 2**30
# AWS counts a month as 730 hours.
MONTH_SECONDS = 730 * 3_600


@dataclass(frozen=True, slots=True)
class Unit:
    """Something that AWS counts, and what one of it costs in dollars."""

    service: str
    name: str
    dollars: float


def _per_million(dollars: float) -> float:
    return dollars / 1_000_000


# https://aws.amazon.com/api-gateway/pricing/: a call of a REST API, whatever its size.
API_REQUEST = Unit("API Gateway", "REST call", _per_million(3.50))

# https://aws.amazon.com/lambda/pricing/: time is billed by the millisecond, times memory.
LAMBDA_REQUEST = Unit("Lambda", "invocation", _per_million(0.20))
LAMBDA_GB_SECOND = Unit("Lambda", "GB-second", 0.0000133334)

# https://aws.amazon.com/dynamodb/pricing/on-demand/: a write of up to 1 KB, a strongly consistent
# read of up to 4 KB (half a unit where that is not asked for); twice as many in a transaction.
DYNAMODB_WRITE = Unit("DynamoDB", "write unit", _per_million(0.625))
DYNAMODB_READ = Unit("DynamoDB", "read unit", _per_million(0.125))
DYNAMODB_GB_MONTH = Unit("DynamoDB", "GB-month", 0.25)
# What point-in-time recovery keeps.
DYNAMODB_BACKUP_GB_MONTH = Unit("DynamoDB", "GB-month of backup", 0.20)

# https://aws.amazon.com/sqs/pricing/: each 64 KB of a call's messages; an empty receive is a call.
SQS_REQUEST = Unit("SQS", "request", _per_million(0.40))

# https://aws.amazon.com/sns/pricing/: each 64 KB of what is published; delivery to SQS is free.
SNS_PUBLISH = Unit("SNS", "publish", _per_million(0.50))

# https://aws.amazon.com/kms/pricing/
KMS_KEY_MONTH = Unit("KMS", "key-month", 1.0)

# https://aws.amazon.com/cloudwatch/pricing/: lines kept in the standard class, and alarms on
# metrics of one minute.
LOGS_GB = Unit("CloudWatch", "GB of log", 0.50)
ALARM_MONTH = Unit("CloudWatch", "alarm-month", 0.10)
METRIC_MONTH = Unit("CloudWatch", "metric-month", 0.30)

# https://aws.amazon.com/xray/pricing/
XRAY_TRACE = Unit("X-Ray", "trace", _per_million(5.0))
