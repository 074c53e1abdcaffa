"""Plans of rules, and what devices send, as hypothesis draws them.

Few values, so that the same moments, exact limits and exact thresholds come often.
"""

from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Any

from hypothesis import strategies as st

DEVICES = st.sampled_from(["a", "a", "b", "c"])
WATCHED = st.sampled_from(["a", "a", "b", "*", "*"])
LEVELS = st.sampled_from([Decimal(level) for level in (1, 2, 3)])
AGES_SECONDS = st.sampled_from([-60, 0, 0, 0, 1, 5, 10, 20, 60, 3_600])
PASSING_SECONDS = st.sampled_from([1, 5, 5, 10, 20, 60, 3_600, 86_400, 8 * 86_400])
PATIENCE_SECONDS = st.sampled_from([1, 5, 10, 20, 60, 3_600, 86_400])
COOLDOWNS = st.sampled_from([0, 5, 10, 3_600])
SEVERITIES = st.sampled_from(["info", "warning", "critical"])
NAMES = st.sampled_from([None, "hot", "cold"])
ENABLED = st.sampled_from([True, True, True, True, False])


@dataclass(frozen=True)
class Plan:
    """What somebody wants watched; with `silence_seconds`, that readings come at all."""

    device: str
    metric: str | None
    operator: str | None = None
    threshold: Any = None
    clear_threshold: Any = None
    duration_seconds: int = 0
    silence_seconds: int | None = None
    cooldown_seconds: int = 0
    enabled: bool = True
    name: str | None = None
    severity: str = "warning"

    @property
    def watching(self):
        """All that a rule restarts for when it is changed."""
        condition = (self.operator, self.threshold, self.clear_threshold, self.duration_seconds)
        return (self.device, self.metric, *condition, self.silence_seconds, self.enabled)


def _ordering(slack, **how):
    plan = Plan(**how)
    if slack is None:
        return plan
    back = -slack if plan.operator in (">", ">=") else slack
    return replace(plan, clear_threshold=plan.threshold + back)


_orderings = st.builds(
    _ordering,
    slack=st.sampled_from([None, *map(Decimal, (0, 1, 1, 2, 2))]),
    device=WATCHED,
    metric=st.sampled_from(["level", "level", "level", "temperature", "temperature_celsius"]),
    operator=st.sampled_from([">", ">=", "<", "<="]),
    threshold=LEVELS,
    duration_seconds=st.sampled_from([0, 0, 5, 10]),
    cooldown_seconds=COOLDOWNS,
    enabled=ENABLED,
)
_equalities = st.builds(
    Plan,
    device=WATCHED,
    metric=st.just("level"),
    operator=st.sampled_from(["==", "!="]),
    threshold=st.sampled_from([Decimal(1), Decimal(2), Decimal(3), True, "on"]),
    duration_seconds=st.sampled_from([0, 5]),
    cooldown_seconds=COOLDOWNS,
    enabled=ENABLED,
)
_fahrenheit = st.builds(
    Plan,
    device=WATCHED,
    metric=st.just("temperature_fahrenheit"),
    operator=st.sampled_from([">", "<="]),
    threshold=st.just(Decimal("35.6")),
    cooldown_seconds=COOLDOWNS,
)
_silences = st.builds(
    Plan,
    device=WATCHED,
    metric=st.sampled_from([None, None, "level"]),
    silence_seconds=PATIENCE_SECONDS,
    cooldown_seconds=st.sampled_from([0, 60, 3_600, 3_600]),
    enabled=ENABLED,
)
plans = st.one_of([_orderings] * 3 + [_equalities, _fahrenheit] + [_silences] * 4)
changes = st.one_of(
    st.fixed_dictionaries({"cooldown_seconds": COOLDOWNS}),
    st.fixed_dictionaries({"name": NAMES, "severity": SEVERITIES}),
    st.fixed_dictionaries({"enabled": ENABLED}),
    st.fixed_dictionaries({"device": WATCHED}),
)
_levels = LEVELS | st.sampled_from([Decimal(0), Decimal(4), True, "on", "off"])
metrics = st.one_of(
    st.fixed_dictionaries({"level": LEVELS}),
    st.fixed_dictionaries({"level": _levels}, optional={"temperature": LEVELS}),
    st.fixed_dictionaries({"temperature": LEVELS}),
)
sightings = st.lists(st.tuples(DEVICES, AGES_SECONDS, metrics), min_size=1, max_size=4)
