"""Queue messages as JSON objects that say their version, `{"v": 1, …}`."""

from collections.abc import Callable, Mapping
from typing import Any, TypeVar

from kernel import exact_json
from kernel.errors import Fault, Invalid, Malformed

Message = TypeVar("Message")

# What reading a document of some other shape ends with.
MISFITS = (KeyError, TypeError, ValueError, AttributeError, IndexError, ArithmeticError)


def decoded(body: str, version: int, read: Callable[[Mapping[str, Any]], Message]) -> Message:
    """What `read` makes of a message's document.

    Raises Refused for a body that is no message of this version, whichever way `read` finds out.
    """
    document = exact_json.loads(body)
    if not isinstance(document, Mapping):
        raise Malformed("The message is not a JSON object.")
    if type(document.get("v")) is not int or document["v"] != version:
        raise Invalid([Fault("v", "is not a message version that this pipeline knows")])
    try:
        return read(document)
    except MISFITS as error:
        reason = f"does not have the shape of version {version} ({error!r})"
        raise Invalid([Fault("", reason)]) from error
