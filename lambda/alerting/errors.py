"""What goes wrong between those who change rules and states at the same time."""

from kernel.errors import Conflict


class StaleVersion(Conflict):
    """What a decision was made on is no longer so: look again and decide again."""
