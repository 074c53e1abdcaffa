"""The Python client of the pipeline: signed, batched, retried, paged, typed and exact.

with PipelineClient.from_environment() as client:
    client.ingest(Reading("pump-7", {"temperature": 21.5}))
    for item in client.query("pump-7"):
        print(item["timestamp"], item["temperature"])
"""

from lib.client.errors import (
    AnsweredWithError,
    Conflict,
    Fault,
    InvalidReading,
    Misconfigured,
    NotAuthorized,
    NotFound,
    PayloadTooLarge,
    PipelineError,
    RequestRefused,
    SendStopped,
    Throttled,
    TryAgainLater,
    Unavailable,
    UnexpectedAnswer,
    ValidationFailed,
)
from lib.client.model import (
    BatchIngested,
    Health,
    Ingested,
    Processed,
    Reading,
    SendReport,
    Value,
)
from lib.client.moments import Moment
from lib.client.pipeline_client import PipelineClient
from lib.client.retrying import RetryPolicy

__all__ = [
    "AnsweredWithError",
    "BatchIngested",
    "Conflict",
    "Fault",
    "Health",
    "Ingested",
    "InvalidReading",
    "Misconfigured",
    "Moment",
    "NotAuthorized",
    "NotFound",
    "PayloadTooLarge",
    "PipelineClient",
    "PipelineError",
    "Processed",
    "Reading",
    "RequestRefused",
    "RetryPolicy",
    "SendReport",
    "SendStopped",
    "Throttled",
    "TryAgainLater",
    "Unavailable",
    "UnexpectedAnswer",
    "ValidationFailed",
    "Value",
]
