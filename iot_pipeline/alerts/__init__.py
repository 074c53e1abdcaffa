"""Alerts: conditions that were met."""

from iot_pipeline.alerts.calls import Alerts
from iot_pipeline.alerts.model import RESOLVED, STATUSES, TRIGGERED, Alert

__all__ = ["RESOLVED", "STATUSES", "TRIGGERED", "Alert", "Alerts"]
