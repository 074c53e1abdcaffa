"""The Python client of the pipeline: signed, batched, retried, paged, typed and exact.

with PipelineClient.from_environment() as client:
    client.ingest(Reading("pump-7", {"temperature": 21.5}))
    for item in client.query("pump-7"):
        print(item["timestamp"], item["temperature"])
    hot = Threshold("temperature", ">", 60, duration_seconds=300)
    client.create_rule(RuleDefinition("pump-7", hot, severity="critical"))
    for alert in client.alerts(device_id="pump-7", status="triggered"):
        print(alert.fired_at_ms, alert.actual_value)
    client.send_states([DeviceState("laptop", "erased"), DeviceState("phone", "erasure failed")])
    for counted in client.stats():
        print(counted.type, counted.state, counted.count)
"""

from lib.client.alerts import RESOLVED, STATUSES, TRIGGERED, Alert
from lib.client.answers import WebPage
from lib.client.errors import (
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
from lib.client.events import Event, EventsAccepted, StoredEvent
from lib.client.model import (
    BatchIngested,
    Health,
    Ingested,
    Processed,
    Reading,
    SendReport,
)
from lib.client.moments import Moment
from lib.client.pipeline_client import PipelineClient
from lib.client.retrying import RetryPolicy
from lib.client.rules import (
    EVERY_DEVICE,
    OPERATORS,
    SEVERITIES,
    Rule,
    RuleDefinition,
    Silence,
    Threshold,
)
from lib.client.sending import SendStopped
from lib.client.states import DeviceState, StateCount, StatesAccepted
from lib.client.values import Value

__all__ = [
    "EVERY_DEVICE",
    "OPERATORS",
    "RESOLVED",
    "SEVERITIES",
    "STATUSES",
    "TRIGGERED",
    "Alert",
    "AnsweredWithError",
    "BatchIngested",
    "Conflict",
    "DeviceState",
    "Event",
    "EventsAccepted",
    "Fault",
    "Health",
    "Ingested",
    "InvalidReading",
    "InvalidRule",
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
    "Rule",
    "RuleDefinition",
    "SendReport",
    "SendStopped",
    "Silence",
    "StateCount",
    "StatesAccepted",
    "StoredEvent",
    "Threshold",
    "Throttled",
    "TryAgainLater",
    "Unavailable",
    "UnexpectedAnswer",
    "ValidationFailed",
    "Value",
    "WebPage",
]
