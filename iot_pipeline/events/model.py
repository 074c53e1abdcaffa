"""Events: readings with one metric, under names of their own."""

from dataclasses import dataclass, field

from iot_pipeline.moments import now_ms
from iot_pipeline.readings.model import Reading
from iot_pipeline.values import Value


@dataclass(frozen=True, slots=True)
class Event:
    """What happened to one device at one moment: a reading whose metric is the `type`.

    Without a `timestamp_ms` (epoch milliseconds) it is stamped here, so that sending it again
    sends the same event. Raises InvalidReading as Reading does.
    """

    device_id: str
    type: str
    value: Value
    timestamp_ms: int = field(default_factory=now_ms)

    def __post_init__(self) -> None:
        reading = Reading(self.device_id, {self.type: self.value}, self.timestamp_ms)
        object.__setattr__(self, "value", reading.sensor_data[self.type])

    def as_request(self) -> dict[str, object]:
        """The event as the API takes it."""
        return {
            "device_id": self.device_id,
            "type": self.type,
            "value": self.value,
            "ts": self.timestamp_ms,
        }


@dataclass(frozen=True, slots=True)
class StoredEvent:
    """An event as the API lists it, its times in epoch milliseconds."""

    device_id: str
    type: str
    value: Value
    timestamp_ms: int
    ingested_at_ms: int
    request_id: str

    def as_content(self) -> dict[str, object]:
        """The event as the API answers it, with its device."""
        return {
            "device_id": self.device_id,
            "type": self.type,
            "value": self.value,
            "ts": self.timestamp_ms,
            "ingested_at": self.ingested_at_ms,
            "request_id": self.request_id,
        }


@dataclass(frozen=True, slots=True)
class EventsAccepted:
    """The answer to one event or to many."""

    accepted: int
    request_id: str
