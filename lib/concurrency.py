"""How many functions may run at once: what is set aside for whom, and whether an account has it."""

from dataclasses import dataclass

# AWS leaves so much of an account's limit unreserved.
# https://docs.aws.amazon.com/lambda/latest/dg/configuration-concurrency.html
UNRESERVED = 100
# Requests that a hot function answers in a second, at a tenth of a second each.
_REQUESTS_PER_RUN = 10
# Without a reservation: what a new account, with ten runs at once in all, can take.
_FEW_RUNS = 2
_FEW_REQUESTS_PER_SECOND = 20
_MOST_BURST = 5_000


@dataclass(frozen=True, slots=True)
class Concurrency:
    """Runs at once by class; `reserved` is that of each function in the hot path, 0 for none."""

    reserved: int

    @property
    def hot(self) -> int:
        """Each function that every reading passes, and each that answers queries for them."""
        return self.reserved

    @property
    def people(self) -> int:
        """Each function that people and deployments ask: they must not crowd out what arrives."""
        return min(self.reserved, 10)

    @property
    def rare(self) -> int:
        """Each function that operators start, or that hands out documents."""
        return min(self.reserved, 5)

    @property
    def background(self) -> int:
        """Each function that runs by the clock, or for minutes: one, and one beside it."""
        return min(self.reserved, 2)

    @property
    def batches(self) -> int:
        """Batches of each queue that are worked off at once.

        Without this bound pollers run into the function's concurrency, and every refused batch
        counts as a receive on its messages' way to the dead-letter queue.
        """
        return self.reserved or _FEW_RUNS

    @property
    def requests_per_second(self) -> int:
        """What each method of the API lets in unless it is set otherwise."""
        return self.reserved * _REQUESTS_PER_RUN or _FEW_REQUESTS_PER_SECOND

    @property
    def burst(self) -> int:
        """What each method lets in at once unless it is set otherwise."""
        return min(2 * self.requests_per_second, _MOST_BURST)
