"""The Python client of the pipeline: signed, batched, retried, paged, typed and exact.

from iot_pipeline import PipelineClient
from iot_pipeline.readings import Reading
from iot_pipeline.rules import RuleDefinition, Threshold
from iot_pipeline.states import DeviceState

with PipelineClient.from_environment() as client:
    client.readings.send(Reading("pump-7", {"temperature": 21.5}))
    for item in client.readings.query("pump-7"):
        print(item["timestamp"], item["temperature"])
    hot = Threshold("temperature", ">", 60, duration_seconds=300)
    client.rules.create(RuleDefinition("pump-7", hot, severity="critical"))
    for alert in client.alerts.list(device_id="pump-7", status="triggered"):
        print(alert.fired_at_ms, alert.actual_value)
    client.states.send_batch([DeviceState("laptop", "erased"), DeviceState("phone", "lost")])
    for counted in client.states.stats():
        print(counted.type, counted.state, counted.count)

Here is what all contexts share; what one of them sends and gets back stands in its own package.
"""

from iot_pipeline.answers import WebPage
from iot_pipeline.client import Health, PipelineClient
from iot_pipeline.errors import (
    AnsweredWithError,
    Conflict,
    Fault,
    InvalidReading,
    InvalidRule,
    Misconfigured,
    NotAuthorized,
    NotFound,
    PayloadTooLarge,
    PipelineError,
    RequestRefused,
    Throttled,
    TryAgainLater,
    Unavailable,
    UnexpectedAnswer,
    ValidationFailed,
)
from iot_pipeline.moments import Moment
from iot_pipeline.retrying import RetryPolicy
from iot_pipeline.values import Value

__all__ = [
    "AnsweredWithError",
    "Conflict",
    "Fault",
    "Health",
    "InvalidReading",
    "InvalidRule",
    "Misconfigured",
    "Moment",
    "NotAuthorized",
    "NotFound",
    "PayloadTooLarge",
    "PipelineClient",
    "PipelineError",
    "RequestRefused",
    "RetryPolicy",
    "Throttled",
    "TryAgainLater",
    "Unavailable",
    "UnexpectedAnswer",
    "ValidationFailed",
    "Value",
    "WebPage",
]
