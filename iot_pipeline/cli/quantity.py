"""How many, in words."""


def quantity(count: int, noun: str) -> str:
    """The count and its noun: `1 reading`, `2,500 readings`."""
    return f"{count:,} {noun}" if count == 1 else f"{count:,} {noun}s"
