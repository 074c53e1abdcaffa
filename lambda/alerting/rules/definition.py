"""What callers say of a rule: whom it watches, for which condition, and how it alerts."""

import operator
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from kernel.clock import SECOND_MS
from readings.metrics import Metric
from readings.model import Reading

EVERY_DEVICE = "*"
SEVERITIES = ("info", "warning", "critical")
DEFAULT_SEVERITY = "warning"

_COMPARISONS: Mapping[str, Callable[[Any, Any], bool]] = {
    ">": operator.gt,
    ">=": operator.ge,
    "<": operator.lt,
    "<=": operator.le,
    "==": operator.eq,
    "!=": operator.ne,
}
OPERATORS = tuple(_COMPARISONS)
# The operators that have a direction, and so a place where an alert can end later than it began.
ORDERING_OPERATORS = (">", ">=", "<", "<=")


@dataclass(frozen=True, slots=True)
class Threshold:
    """A metric compared with a value, for `duration_seconds` without interruption.

    clear_threshold: once an alert is open, what the metric is compared with instead.
    """

    metric: str
    operator: str
    threshold: Metric
    duration_seconds: int = 0
    clear_threshold: Decimal | None = None

    def value_in(self, reading: Reading) -> Metric | None:
        """What the reading says of the metric; a value of another kind than the threshold's says
        nothing."""
        value = reading.metrics.get(self.metric)
        return value if type(value) is type(self.threshold) else None

    @property
    def clears_too_early(self) -> bool:
        """Whether an alert would end while what fired it still holds."""
        clear = self.clear_threshold
        if clear is None or not isinstance(self.threshold, Decimal):
            return False
        rising = self.operator.startswith(">")
        return clear > self.threshold if rising else clear < self.threshold

    def holds(self, value: Metric, *, alert_open: bool) -> bool:
        """Whether the condition holds for a value of the metric."""
        limit = self.threshold
        if alert_open and self.clear_threshold is not None:
            limit = self.clear_threshold
        return _COMPARISONS[self.operator](value, limit)


@dataclass(frozen=True, slots=True)
class Silence:
    """No reading for `seconds`; with a metric, none that has it."""

    seconds: int
    metric: str | None = None

    @property
    def limit_ms(self) -> int:
        """How long the silence may last, in ms."""
        return self.seconds * SECOND_MS

    def is_broken_by(self, reading: Reading) -> bool:
        """Whether the reading is one that was waited for."""
        return self.metric is None or self.metric in reading.metrics


Condition = Threshold | Silence


@dataclass(frozen=True, slots=True)
class RuleDefinition:
    """What a caller says of a rule; `device_id` is a device's or `*`."""

    device_id: str
    condition: Condition
    severity: str = DEFAULT_SEVERITY
    cooldown_seconds: int = 0
    enabled: bool = True
    name: str | None = None
    description: str | None = None

    def applies_to(self, device_id: str) -> bool:
        """Whether the rule is for this device."""
        return self.device_id in (device_id, EVERY_DEVICE)
