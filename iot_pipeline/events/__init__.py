"""Events: readings with one metric, under names of their own."""

from iot_pipeline.events.calls import Events
from iot_pipeline.events.model import Event, EventsAccepted, StoredEvent

__all__ = ["Event", "Events", "EventsAccepted", "StoredEvent"]
