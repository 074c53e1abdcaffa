"""What `pipeline cost` reckons with: what was measured here, by request."""

from collections.abc import Iterator, Mapping, Sequence

from bench.evaluation import Units
from bench.invocations import ANSWERS_AFTER_SECONDS, MEMORY_MB
from bench.standing import idle_usage
from bench.throughput import Measured

from lib.cost import prices, scaled, total
from lib.cost.counted import Counted, Requests, Rules


def counted(
    source: str, measured: Sequence[Measured], rules: Mapping[tuple[int, int], Units]
) -> Counted:
    """All of it; rules: what evaluating a reading asks for, by readings a message and rules."""
    return Counted(
        source,
        idle_usage(),
        [one for found in measured for one in _requests(found)],
        list(_rules(rules)),
    )


def _requests(found: Measured) -> Iterator[Requests]:
    for name, waiting in (("ours", True), ("ours, quiet", False)):
        passage, case = found.passages[name], found.case
        stages, share = passage.stages.values(), case.readings / passage.readings
        usage = scaled(total(*(stage.usage for stage in stages)), share)
        stored = sum(stage.stored_bytes for stage in stages) * share
        yield Requests(case.readings, case.devices > 1, waiting, usage, stored)


def _rules(rules: Mapping[tuple[int, int], Units]) -> Iterator[Rules]:
    """What rules take beyond what is asked for without any."""
    without = {readings: units for (readings, number), units in rules.items() if not number}
    for (readings, number), units in rules.items():
        if number:
            calls = (units.requests - without[readings].requests) * readings
            # The invocation itself is the passage's; more calls make it last longer.
            seconds = calls * ANSWERS_AFTER_SECONDS
            usage = {
                prices.DYNAMODB_READ: (units.read - without[readings].read) * readings,
                prices.DYNAMODB_WRITE: (units.written - without[readings].written) * readings,
                prices.LAMBDA_GB_SECOND: seconds * MEMORY_MB / 1_024,
            }
            yield Rules(readings, number, usage)
