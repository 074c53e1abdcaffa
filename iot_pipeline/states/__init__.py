"""Device states: what became of devices, counted per day."""

from iot_pipeline.states.calls import States
from iot_pipeline.states.model import DeviceState, StateCount, StatesAccepted

__all__ = ["DeviceState", "StateCount", "States", "StatesAccepted"]
