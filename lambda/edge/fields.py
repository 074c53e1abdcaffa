"""The members that requests of several contexts have: how each is read, and its JSON Schema."""

from collections.abc import Callable, Sequence
from typing import Any

from edge.declared import Member, Read
from edge.pages import DEFAULT_LIMIT, MAX_LIMIT
from edge.schemas import Schema, schema_ref, text_schema
from kernel import exact_json
from kernel.errors import Fault
from kernel.parsing import day_of_text, device_id_of, text_fault, timestamp_of

_PAGE = "How many items the page may have. It has fewer where they are too long for one answer."


def fitting(fits: Callable[[Any], bool], expected: str) -> Read:
    """Reads a value as it is; what is told of one that does not fit says what is `expected`."""

    def read(value: Any, path: str, faults: list[Fault]) -> Any:
        if not fits(value):
            faults.append(Fault(path, f"must be {expected}"))
        return value

    return read


def device_id(description: str = "", *, required: bool = False) -> Member:
    """A device's id."""
    return Member(device_id_of, schema_ref("DeviceId"), description, required=required)


def moment(*, required: bool = False) -> Member:
    """A moment, in ms since the epoch."""
    return Member(timestamp_of, schema_ref("Moment"), required=required)


def asked_moment(description: str) -> Member:
    """A moment in a query, where a number is written as text, too."""

    def read(value: str, path: str, faults: list[Fault]) -> int:
        number = _digits(value, 20)
        return timestamp_of(value if number is None else number, path, faults)

    return Member(read, schema_ref("Moment"), description)


def day(schema: Schema, description: str) -> Member:
    """A day as YYYY-MM-DD."""
    return Member(day_of_text, schema, description)


def seconds(least: int, most: int, description: str, **more: Any) -> Member:
    """A whole number of seconds, however it is written."""

    def read(value: Any, path: str, faults: list[Fault]) -> int | None:
        whole = exact_json.whole(value)
        if whole is None or not least <= whole <= most:
            reason = f"must be a whole number of seconds from {least} to {most}"
            faults.append(Fault(path, reason))
        return whole

    schema = {"type": "integer", "minimum": least, "maximum": most}
    return Member(read, schema, description, **more)


def text(longest: int, description: str = "") -> Member:
    """A text of at least one character, without control characters."""

    def read(value: Any, path: str, faults: list[Fault]) -> Any:
        if not isinstance(value, str) or not value:
            faults.append(Fault(path, f"must be a text of 1 to {longest} characters"))
        elif fault := text_fault(value, longest):
            faults.append(Fault(path, fault))
        return value

    return Member(read, text_schema(longest, shortest=1), description)


def choice(words: Sequence[str], description: str = "", *, default: str | None = None) -> Member:
    """One of a few words."""
    schema = {"type": "string", "enum": list(words)}
    read = fitting(lambda value: value in words, " or ".join(words))
    return Member(read, schema, description, default=default)


def flag(description: str = "", *, default: bool) -> Member:
    """True or false."""
    read = fitting(lambda value: isinstance(value, bool), "true or false")
    return Member(read, {"type": "boolean"}, description, default=default)


def limit(description: str = _PAGE, *, default: int | None = DEFAULT_LIMIT) -> Member:
    """How many items a page may have, as a query says it."""

    def read(value: str, path: str, faults: list[Fault]) -> int:
        number = _digits(value, 4)
        if number is None or not 1 <= number <= MAX_LIMIT:
            faults.append(Fault(path, f"must be a whole number from 1 to {MAX_LIMIT}"))
        return number or 0

    return Member(
        read, {"type": "integer", "minimum": 1, "maximum": MAX_LIMIT}, description, default=default
    )


def any_text(description: str) -> Member:
    """A text, whatever it says."""
    return Member(
        fitting(lambda value: isinstance(value, str), "a text"), {"type": "string"}, description
    )


def next_token() -> Member:
    """Where a page begins; only the pipeline can say."""
    return any_text("From the page before; all but `limit` must be asked as for that page.")


def _digits(value: Any, most: int) -> int | None:
    fits = isinstance(value, str) and value.isascii() and value.isdigit() and len(value) <= most
    return int(value) if fits else None
