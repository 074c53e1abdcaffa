"""Device states: what became of devices, counted per day."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from iot_pipeline.answers import field_of
from iot_pipeline.errors import InvalidReading
from iot_pipeline.moments import now_ms


@dataclass(frozen=True, slots=True)
class DeviceState:
    """What became of one device of a type at one moment: a laptop was erased.

    Without a `timestamp_ms` (epoch milliseconds) it is stamped here, so that sending it again
    sends the same. Raises InvalidReading for what UTF-8 cannot hold.
    """

    type: str
    state: str
    timestamp_ms: int = field(default_factory=now_ms)

    def __post_init__(self) -> None:
        try:
            f"{self.type}{self.state}".encode()
        except UnicodeEncodeError as error:
            raise InvalidReading(f"state of a {self.type!r}: {error.reason}") from error

    def as_request(self) -> dict[str, object]:
        """The device state as the API takes it."""
        return {"type": self.type, "state": self.state, "timestamp": self.timestamp_ms}


@dataclass(frozen=True, slots=True)
class StatesAccepted:
    """The answer to device states: where they are kept as sent, and how many will be counted."""

    raw_key: str
    enqueued: int


@dataclass(frozen=True, slots=True)
class StateCount:
    """How many devices of a type came to a state on a day (UTC, `YYYY-MM-DD`)."""

    date: str
    type: str
    state: str
    count: int

    @classmethod
    def of(cls, content: Mapping[str, Any]) -> "StateCount":
        """Read one of the API's counts; raises UnexpectedAnswer."""
        return cls(
            field_of(content, "date", str),
            field_of(content, "type", str),
            field_of(content, "state", str),
            field_of(content, "count", int),
        )

    def as_content(self) -> dict[str, object]:
        """The count as the API answers it."""
        return {"date": self.date, "type": self.type, "state": self.state, "count": self.count}
