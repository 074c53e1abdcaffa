"""Listings, read as their pages read them."""

from itertools import islice


def in_parts(listed, size):
    """All that `listed` gives after a position, `size` at a time, each time anew after the last."""
    position = None
    while part := list(islice(listed(position), size)):
        yield from (one for _, one in part)
        position = part[-1][0]
