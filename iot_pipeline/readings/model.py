"""Readings as they are sent, and what the API answers to them."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from iot_pipeline.errors import InvalidReading
from iot_pipeline.moments import now_ms
from iot_pipeline.values import Value, exact


@dataclass(frozen=True, slots=True)
class Reading:
    """What one device measured at one moment.

    Without a `timestamp_ms` (epoch milliseconds) it is stamped here and not by the server, so
    that sending it again sends the same reading. Floats become the decimal that Python prints
    for them; NaN, infinities and what UTF-8 cannot hold raise InvalidReading.
    """

    device_id: str
    sensor_data: Mapping[str, Value]
    timestamp_ms: int = field(default_factory=now_ms)

    def __post_init__(self) -> None:
        exact = {name: _exact(name, value) for name, value in self.sensor_data.items()}
        try:
            "".join((self.device_id, *exact, *map(str, exact.values()))).encode("utf-8")
        except UnicodeEncodeError as error:
            raise InvalidReading(f"reading of {self.device_id!r}: {error.reason}") from error
        object.__setattr__(self, "sensor_data", exact)

    def as_request(self) -> dict[str, object]:
        """The reading as the API takes it."""
        return {
            "device_id": self.device_id,
            "sensor_data": self.sensor_data,
            "timestamp": self.timestamp_ms,
        }


def _exact(name: str, value: object) -> Value:
    try:
        return exact(value)
    except ValueError as error:
        raise InvalidReading(f"metric {name!r} {error}") from error


@dataclass(frozen=True, slots=True)
class ReadingAccepted:
    """The answer to one reading."""

    device_id: str
    timestamp_ms: int


@dataclass(frozen=True, slots=True)
class BatchAccepted:
    """The answer to one batch."""

    accepted: int
    submission_id: str


@dataclass(frozen=True, slots=True)
class SendReport:
    """How a stream of readings went out.

    `retries` counts requests that were repeated, `body_bytes` what was said and `sent_bytes`
    what went over the wire for it, headers and repeats not counted.
    """

    accepted: int = 0
    requests: int = 0
    retries: int = 0
    body_bytes: int = 0
    sent_bytes: int = 0


@dataclass(frozen=True, slots=True)
class Reprocessed:
    """How many readings were queued to be processed again (or would be, in a dry run)."""

    device_id: str
    enqueued: int
    requests: int
