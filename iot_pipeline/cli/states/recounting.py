"""What a day's counters say, held against the device states that are kept."""

import json
import os
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from botocore.config import Config
from botocore.exceptions import BotoCoreError, ClientError
from botocore.session import Session

from iot_pipeline import UnexpectedAnswer
from iot_pipeline.answers import field_of
from iot_pipeline.cli.failures import CommandFailed

_LONGEST_RUN_SECONDS = 15 * 60
"""What Lambda gives a function at most."""

# Nothing is said while the function counts: keep-alives keep what lies between from hanging up.
# A second attempt would only count beside the first.
_PATIENT = Config(
    read_timeout=_LONGEST_RUN_SECONDS, retries={"total_max_attempts": 1}, tcp_keepalive=True
)


@dataclass(frozen=True, slots=True)
class Difference:
    """A counter that does not say what is kept."""

    type: str
    state: str
    kept: int
    counted: int

    @classmethod
    def of(cls, content: Mapping[str, Any]) -> "Difference":
        """Read one of the function's differences; raises UnexpectedAnswer."""
        return cls(
            field_of(content, "type", str),
            field_of(content, "state", str),
            field_of(content, "kept", int),
            field_of(content, "counted", int),
        )

    def as_content(self) -> dict[str, object]:
        """The difference as the function answers it."""
        return {
            "type": self.type,
            "state": self.state,
            "kept": self.kept,
            "counted": self.counted,
        }


@dataclass(frozen=True, slots=True)
class RecountReport:
    """What was found when the kept device states of a day were counted again.

    `differences` are as many as one answer can hold, and there are `more_differences` beside them.
    `pending` chunks of counts are kept but not counted yet, and are no difference; to repair is to
    correct all differences and to send these again. `expired` bodies were gone before they could be
    read, so what they held is missing in what is kept.
    """

    date: str
    submissions: int
    items: int
    counters: int
    differences: tuple[Difference, ...]
    more_differences: int
    pending: int
    expired: int
    repaired: bool

    @property
    def wrong(self) -> int:
        """How many counters differ."""
        return len(self.differences) + self.more_differences

    @classmethod
    def of(cls, content: Mapping[str, Any]) -> "RecountReport":
        """Read the function's answer; raises UnexpectedAnswer."""
        return cls(
            date=field_of(content, "date", str),
            submissions=field_of(content, "submissions", int),
            items=field_of(content, "items", int),
            counters=field_of(content, "counters", int),
            differences=tuple(map(Difference.of, field_of(content, "differences", list))),
            more_differences=field_of(content, "more_differences", int),
            pending=field_of(content, "pending", int),
            expired=field_of(content, "expired", int),
            repaired=field_of(content, "repaired", bool),
        )


def recounted(function_name: str, day: str, *, repair: bool) -> RecountReport:
    """Let the function count a day (`YYYY-MM-DD`) again, which may take up to 15 minutes.

    Raises CommandFailed where it cannot be invoked or fails, and UnexpectedAnswer.
    """
    # The SDK itself does not read AWS_REGION, which everything else here does.
    region = os.environ.get("AWS_REGION") or None
    request = json.dumps({"date": day, "repair": repair})
    try:
        functions: Any = Session().create_client("lambda", region_name=region, config=_PATIENT)
        answer = functions.invoke(FunctionName=function_name, Payload=request.encode("utf-8"))
        payload = answer["Payload"].read()
    except (BotoCoreError, ClientError) as error:
        raise CommandFailed(f"{function_name} cannot be invoked: {error}") from error
    content = _object_in(payload)
    if "FunctionError" in answer:
        raise CommandFailed(
            f"{function_name} failed: {content.get('errorMessage', 'it did not say why')}"
        )
    return RecountReport.of(content)


def _object_in(payload: bytes) -> dict[str, Any]:
    try:
        content = json.loads(payload)
    except ValueError as error:
        raise UnexpectedAnswer("the function's answer is no JSON") from error
    if not isinstance(content, dict):
        raise UnexpectedAnswer("the function's answer is no JSON object")
    return content
