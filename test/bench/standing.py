"""What runs in a month in which nobody sends anything."""

from bench.ours import PARAMETERS, built
from bench.passage import invoked
from bench.transport import CannedAws
from samples.invocations import Invocation

from functions.alerting import sweep
from lib.cost import Usage, prices, scaled

_SWEEP_SECONDS = 60


def idle_usage() -> Usage:
    """The sweeps of a month, which find nothing to do."""
    aws = CannedAws(PARAMETERS)
    ((sweep_once,), invocation) = built(aws, sweep), Invocation()
    # The first one finds out what the others know.
    for _ in range(2):
        stage, _ = invoked(lambda event: sweep_once(event, invocation), aws, [{}])
    return scaled(stage.usage, prices.MONTH_SECONDS / _SWEEP_SECONDS)
