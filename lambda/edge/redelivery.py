"""When a message that is not done comes again: within seconds at first, every few minutes later."""

import random
from collections.abc import Callable, Mapping
from typing import Protocol

_FIRST_SECONDS = 5
# Below the time for which every queue hides a message by itself.
LONGEST_SECONDS = 5 * 60


class Redelivery(Protocol):
    """What decides when a queue hands messages out again."""

    def put_off(self, waits: Mapping[str, int]) -> None:
        """Hand out messages, by their receipt handles, in so many seconds from now.

        At most ten. Raises TryAgainLater if that failed.
        """


def wait_seconds(receives: int, draw: Callable[[int, int], int] = random.randint) -> int:
    """How long a message waits after it was received so often, the first time being 1.

    5 s, 10 s, 20 s and so on, 5 minutes at most, of which up to a half is left out by chance: what
    failed together does not come again together.
    """
    # The power is bounded because a message may be received a thousand times.
    longest = min(_FIRST_SECONDS * 2 ** min(receives - 1, 10), LONGEST_SECONDS)
    return draw((longest + 1) // 2, longest)
