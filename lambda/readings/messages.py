"""The queue message that brings readings: self-contained and versioned."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from kernel import exact_json
from kernel.errors import Fault, Invalid
from kernel.parsing import MAX_TIMESTAMP, device_id_of
from kernel.versioned_messages import decoded
from readings.metrics import metric_name_fault, to_metric
from readings.model import Reading, Segment

VERSION = 1


@dataclass(frozen=True, slots=True)
class ReadingMessage:
    """Segments of one request, to be processed; `replay` puts them in place of earlier results.

    expires_at: until when they are kept raw, and so processed; None for ever.
    """

    request_id: str
    received_at: int
    segments: tuple[Segment, ...]
    replay: bool = False
    expires_at: int | None = None

    def encode(self) -> str:
        """The message's body: ASCII JSON that a person can read."""
        segments = [
            {
                "device_id": segment.device_id,
                "readings": [
                    {"timestamp": reading.timestamp, "sensor_data": reading.metrics}
                    for reading in segment.readings
                ],
            }
            for segment in self.segments
        ]
        envelope = {"v": VERSION, "request_id": self.request_id, "received_at": self.received_at}
        if self.expires_at is not None:
            envelope["expires_at"] = self.expires_at
        return exact_json.dumps({**envelope, "replay": self.replay, "segments": segments})

    @classmethod
    def decode(cls, body: str) -> "ReadingMessage":
        """Read a message's body; raises Refused for what no version of the pipeline ever sent."""
        return decoded(body, VERSION, cls._of)

    @classmethod
    def _of(cls, document: Mapping[str, Any]) -> "ReadingMessage":
        return cls(
            request_id=document["request_id"],
            received_at=document["received_at"],
            segments=tuple(_segment(part) for part in document["segments"]),
            replay=document["replay"],
            expires_at=_moment(document["expires_at"]) if "expires_at" in document else None,
        )


def _segment(part: Mapping[str, Any]) -> Segment:
    faults: list[Fault] = []
    device_id = device_id_of(part["device_id"], "device_id", faults)
    for row in part["readings"]:
        for name in row["sensor_data"]:
            if fault := metric_name_fault(name):
                faults.append(Fault(f"sensor_data.{name}", fault))
    if faults:
        raise Invalid(faults)
    return Segment.of(
        Reading.of(
            device_id,
            _moment(row["timestamp"]),
            {name: to_metric(value) for name, value in row["sensor_data"].items()},
        )
        for row in part["readings"]
    )


def _moment(value: Any) -> int:
    if type(value) is int and 0 <= value <= MAX_TIMESTAMP:
        return value
    raise ValueError(f"{value!a} is not a time in milliseconds since the epoch")
