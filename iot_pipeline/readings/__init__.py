"""Readings: what devices measured, sent, queried and processed again."""

from iot_pipeline.readings.calls import Readings
from iot_pipeline.readings.model import (
    BatchAccepted,
    Reading,
    ReadingAccepted,
    Reprocessed,
    SendReport,
)
from iot_pipeline.readings.sending import SendStopped

__all__ = [
    "BatchAccepted",
    "Reading",
    "ReadingAccepted",
    "Readings",
    "Reprocessed",
    "SendReport",
    "SendStopped",
]
