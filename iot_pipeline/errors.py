"""What the client raises.

PipelineError
├── Misconfigured         endpoint, region, credentials or certificates: nothing was reached
├── InvalidReading        refused here, before anything was sent
├── InvalidRule           refused here, too
├── RequestRefused        the caller's fault: the same request can never succeed
│   ├── ValidationFailed      400; `details` names every fault
│   ├── NotAuthorized         401, 403
│   ├── NotFound              404
│   ├── Conflict              409
│   └── PayloadTooLarge       413
├── TryAgainLater         every attempt was used up, or the server asks for too long a wait
│   ├── Throttled             429
│   └── Unavailable           5xx, no connection, no answer in time
├── UnexpectedAnswer      an answer outside the contract: a proxy's page, a paging loop
└── SendStopped           `readings.send_stream` ended early; `report` says how far it came
"""

from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Fault:
    """One thing that is wrong in a request, and where: `readings[3].sensor_data.temp`."""

    path: str
    message: str


class PipelineError(Exception):
    """Anything that the client raises on purpose; its text is one sentence for a human."""


class Misconfigured(PipelineError):
    """The client cannot work as it was set up."""


class InvalidReading(PipelineError, ValueError):
    """A reading, event or device state, or a list of them, that the API could never take."""


class InvalidRule(PipelineError, ValueError):
    """A rule that cannot be written as the API wants it."""


class AnsweredWithError(PipelineError):
    """An HTTP answer other than success: its status, its code and the id to quote to support.

    `answer_was_lost` says that an earlier attempt may have succeeded, its answer having failed.
    """

    answer_was_lost = False

    def __init__(
        self,
        message: str,
        *,
        status: int | None = None,
        code: str | None = None,
        details: Sequence[Fault] = (),
        request_id: str | None = None,
    ) -> None:
        super().__init__(message)
        self.status = status
        self.code = code
        self.details = list(details)
        self.request_id = request_id


class RequestRefused(AnsweredWithError):
    """The same request can never succeed."""


class ValidationFailed(RequestRefused):
    """The request breaks the contract; `details` lists every breach that the server found."""


class NotAuthorized(RequestRefused):
    """Unsigned, wrongly signed, or not allowed to this caller."""


class NotFound(RequestRefused):
    """There is nothing under this name."""


class Conflict(RequestRefused):
    """The request contradicts an earlier one."""


class PayloadTooLarge(RequestRefused):
    """The body is over the API's limit."""


class TryAgainLater(AnsweredWithError):
    """The same request may succeed later, and is safe to repeat."""


class Throttled(TryAgainLater):
    """Too many requests."""


class Unavailable(TryAgainLater):
    """The API failed, or was not reached."""


class UnexpectedAnswer(AnsweredWithError):
    """The answer is not one that the contract knows."""
