"""The pipeline's errors.

PipelineError
├── Refused          the caller's fault: repeating it as it is cannot succeed
│   ├── Malformed        not JSON, not gzip
│   ├── Invalid          well formed, but breaks the contract; carries every fault
│   ├── TooLarge         over a size limit
│   └── Forbidden        not allowed
├── Unresolvable     the state of things is against it
│   ├── NotFound
│   └── Conflict
└── TryAgainLater    the same request may succeed later
    ├── Throttled
    └── Unavailable
        ├── NoAnswer     nobody knows whether it did what it was asked for
        └── PartlySent   some messages may be on their way, others are not
"""

from collections.abc import Sequence
from dataclasses import dataclass

# Every path of the contract fits; what callers write in its place may be as long as the body.
MAX_TOLD = 200


@dataclass(frozen=True, slots=True)
class Fault:
    """One thing that is wrong in a request, and where: `readings[3].sensor_data.temp`.

    Both texts may echo the request: what is longer than 200 characters is cut in the middle.
    """

    path: str
    message: str

    def __post_init__(self) -> None:
        object.__setattr__(self, "path", _cut(self.path))
        object.__setattr__(self, "message", _cut(self.message))


class PipelineError(Exception):
    """Anything the pipeline raises on purpose; its text may be shown to the caller.

    The text may echo the request: what is longer than 200 characters is cut in the middle.
    """

    def __init__(self, text: str = "") -> None:
        super().__init__(_cut(text))


class Refused(PipelineError):
    """The caller's fault: the same request can never succeed."""


class Malformed(Refused):
    """The body cannot be read at all."""


class Invalid(Refused):
    """The request breaks the contract; `faults` lists every breach."""

    def __init__(self, faults: Sequence[Fault]) -> None:
        super().__init__("The request is not valid.")
        self.faults = tuple(faults)


class TooLarge(Refused):
    """The request is over a size limit."""


class Forbidden(Refused):
    """The caller may not do this."""


class Unresolvable(PipelineError):
    """What is asked for does not fit what is there."""


class NotFound(Unresolvable):
    """There is nothing under this name."""


class Conflict(Unresolvable):
    """Something else stands in its place."""


class TryAgainLater(PipelineError):
    """The same request may succeed later."""


class Throttled(TryAgainLater):
    """Too many requests at once."""


class Unavailable(TryAgainLater):
    """A service this depends on did not do its part."""


class NoAnswer(Unavailable):
    """A service did not answer: it may have done what it was asked for, or not."""


class PartlySent(Unavailable):
    """Some messages may be on their way, others are not."""


def _cut(text: str) -> str:
    if len(text) <= MAX_TOLD:
        return text
    head = MAX_TOLD // 2
    return f"{text[:head]}…{text[head + 1 - MAX_TOLD :]}"
