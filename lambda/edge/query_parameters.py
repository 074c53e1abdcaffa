"""Reading what the parameters of queries have in common."""

from kernel.errors import Fault
from kernel.parsing import timestamp_of

DEFAULT_LIMIT = 100
MAX_LIMIT = 1_000


def moment_of(text: str, path: str, faults: list[Fault]) -> int:
    """A moment given as a query parameter, in ms since the epoch; or 0 with a fault."""
    digits = text.isascii() and text.isdigit() and len(text) <= 20
    return timestamp_of(int(text) if digits else text, path, faults)


def one_of(choices: tuple[str, ...], value: str | None, path: str, faults: list[Fault]) -> str:
    """One of a few words, the first if none is given."""
    if value is None:
        return choices[0]
    if value not in choices:
        faults.append(Fault(path, f"must be {' or '.join(choices)}"))
    return value


def limit_of(text: str | None, faults: list[Fault]) -> int:
    """How many items a page may have."""
    if text is None:
        return DEFAULT_LIMIT
    if text.isascii() and text.isdigit() and len(text) <= 4 and 1 <= int(text) <= MAX_LIMIT:
        return int(text)
    faults.append(Fault("limit", f"must be a whole number from 1 to {MAX_LIMIT}"))
    return DEFAULT_LIMIT
