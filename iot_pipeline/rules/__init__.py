"""Rules: what devices are watched for."""

from iot_pipeline.rules.calls import Rules
from iot_pipeline.rules.model import (
    EVERY_DEVICE,
    OPERATORS,
    SEVERITIES,
    Rule,
    RuleDefinition,
    Silence,
    Threshold,
)

__all__ = [
    "EVERY_DEVICE",
    "OPERATORS",
    "SEVERITIES",
    "Rule",
    "RuleDefinition",
    "Rules",
    "Silence",
    "Threshold",
]
