"""The queue message that brings readings: self-contained and versioned."""

import json
from collections.abc import Iterable, Mapping
from contextlib import suppress
from dataclasses import dataclass, field, replace
from decimal import Decimal
from typing import Any

from kernel import exact_json
from kernel.errors import Fault, Invalid
from kernel.parsing import MAX_TIMESTAMP, device_id_of
from kernel.versioned_messages import MISFITS, decoded
from readings.metrics import metric_name_fault, to_metric
from readings.model import Reading, Segment, digest_of

VERSION = 1

# A body begins with the digest of its rest.
_OPENING = f'{{"v":{VERSION},"digest":"'
_DIGEST_ENDS_AT = len(_OPENING) + len(digest_of(""))
# In a body that is as it was written, numbers are canonical and no name comes twice.
_AS_WRITTEN = json.JSONDecoder(parse_int=Decimal, parse_float=Decimal)


@dataclass(frozen=True, slots=True)
class ReadingMessage:
    """Segments of one request, to be processed; `replay` puts them in place of earlier results.

    expires_at: until when they are kept raw, and so processed; None for ever. new: whether none of
    them was there when they came. body: what exactly this message was read from, if that can be
    sent on; a changed copy has none.
    """

    request_id: str
    received_at: int
    segments: tuple[Segment, ...]
    replay: bool = False
    expires_at: int | None = None
    new: bool = False
    body: str | None = field(default=None, init=False, compare=False, repr=False)

    def encode(self) -> str:
        """The message's body: ASCII JSON that a person can read."""
        if self.body is not None:
            return self.body
        envelope: dict[str, Any] = {"request_id": self.request_id, "received_at": self.received_at}
        if self.expires_at is not None:
            envelope["expires_at"] = self.expires_at
        envelope["replay"] = self.replay
        if self.new:
            envelope["new"] = True
        segments = ",".join(map(_segment_text, self.segments))
        rest = f'",{exact_json.dumps(envelope)[1:-1]},"segments":[{segments}]}}'
        return f"{_OPENING}{digest_of(rest)}{rest}"

    @classmethod
    def decode(cls, body: str) -> "ReadingMessage":
        """Read a message's body; raises Refused for what no version of the pipeline ever sent.

        A body that bears its digest is as it was written, and what it says was checked then. Any
        other, written by hand or by an earlier release, is checked, and its keys are worked out.
        """
        if _is_as_written(body):
            with suppress(*MISFITS):
                return cls._as_written(_AS_WRITTEN.decode(body), body)
        return decoded(body, VERSION, cls._of)

    def bringing(self, segments: Iterable[Segment]) -> "ReadingMessage":
        """The message with only these of its segments."""
        kept = tuple(segments)
        if len(kept) == len(self.segments):
            return self
        return replace(self, segments=kept)

    @classmethod
    def _as_written(cls, document: Mapping[str, Any], body: str) -> "ReadingMessage":
        message = cls(
            request_id=document["request_id"],
            received_at=int(document["received_at"]),
            segments=tuple(
                Segment(
                    part["device_id"],
                    tuple(
                        [
                            Reading(part["device_id"], int(row["timestamp"]), row["sensor_data"])
                            for row in part["readings"]
                        ]
                    ),
                    part["key"],
                )
                for part in document["segments"]
            ),
            replay=document["replay"],
            expires_at=int(document["expires_at"]) if "expires_at" in document else None,
            new=_truth(document.get("new", False)),
        )
        object.__setattr__(message, "body", body)
        return message

    @classmethod
    def _of(cls, document: Mapping[str, Any]) -> "ReadingMessage":
        return cls(
            request_id=document["request_id"],
            received_at=document["received_at"],
            segments=tuple(_segment(part) for part in document["segments"]),
            replay=document["replay"],
            expires_at=_moment(document["expires_at"]) if "expires_at" in document else None,
        )


def _is_as_written(body: str) -> bool:
    return (
        body.startswith(_OPENING)
        and body.isascii()
        and digest_of(body[_DIGEST_ENDS_AT:]) == body[len(_OPENING) : _DIGEST_ENDS_AT]
    )


def _segment_text(segment: Segment) -> str:
    readings = ",".join(
        [
            f'{{"timestamp":{reading.timestamp},"sensor_data":{reading.text}}}'
            for reading in segment.readings
        ]
    )
    return f'{{"device_id":"{segment.device_id}","key":"{segment.key}","readings":[{readings}]}}'


def _segment(part: Mapping[str, Any]) -> Segment:
    faults: list[Fault] = []
    device_id = device_id_of(part["device_id"], "device_id", faults)
    for row in part["readings"]:
        for name in row["sensor_data"]:
            if fault := metric_name_fault(name):
                faults.append(Fault(f"sensor_data.{name}", fault))
    if faults:
        raise Invalid(faults)
    segment = Segment.of(
        Reading.of(
            device_id,
            _moment(row["timestamp"]),
            {name: to_metric(value) for name, value in row["sensor_data"].items()},
        )
        for row in part["readings"]
    )
    if part.get("key", segment.key) != segment.key:
        raise Invalid([Fault("key", f"is not that of the readings, which is {segment.key}")])
    return segment


def _moment(value: Any) -> int:
    if type(value) is int and 0 <= value <= MAX_TIMESTAMP:
        return value
    raise ValueError(f"{value!a} is not a time in milliseconds since the epoch")


def _truth(value: Any) -> bool:
    if type(value) is bool:
        return value
    raise ValueError(f"{value!a} is neither true nor false")
