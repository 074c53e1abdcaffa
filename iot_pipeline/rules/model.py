"""Rules: what devices are watched for."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Self

from iot_pipeline import exact_json
from iot_pipeline.answers import field_of, optional_field_of, value_of
from iot_pipeline.errors import InvalidRule
from iot_pipeline.values import Value, exact

EVERY_DEVICE = "*"
OPERATORS = (">", ">=", "<", "<=", "==", "!=")
SEVERITIES = ("info", "warning", "critical")


@dataclass(frozen=True, slots=True)
class Threshold:
    """A metric compared with a value, by one of OPERATORS, for so many seconds on end.

    An open alert ends where the metric no longer compares so with `clear_threshold`, or else with
    `threshold`. Raises InvalidRule for values that are not finite.
    """

    metric: str
    operator: str
    threshold: Value
    duration_seconds: int = 0
    clear_threshold: Value | None = None

    def __post_init__(self) -> None:
        object.__setattr__(self, "threshold", _exact("threshold", self.threshold))
        if self.clear_threshold is not None:
            clear = _exact("clear_threshold", self.clear_threshold)
            object.__setattr__(self, "clear_threshold", clear)

    def as_request(self) -> dict[str, object]:
        """The condition as the API takes it."""
        content = {
            "metric": self.metric,
            "operator": self.operator,
            "threshold": self.threshold,
            "duration": self.duration_seconds,
            "clear_threshold": self.clear_threshold,
        }
        return _given(content)


@dataclass(frozen=True, slots=True)
class Silence:
    """No reading for so many seconds; with a metric: none that has it."""

    seconds: int
    metric: str | None = None

    def as_request(self) -> dict[str, object]:
        """The condition as the API takes it."""
        return _given({"metric": self.metric, "no_data": self.seconds})


@dataclass(frozen=True, slots=True)
class RuleDefinition:
    """What a caller says of a rule; `device_id` is a device's or EVERY_DEVICE.

    An alert of the rule has its `severity`, one of SEVERITIES, and for `cooldown_seconds` after
    one the rule fires no other for the same device. Raises InvalidRule for what cannot be written.
    """

    device_id: str
    condition: Threshold | Silence
    severity: str = "warning"
    cooldown_seconds: int = 0
    enabled: bool = True
    name: str | None = None
    description: str | None = None

    def __post_init__(self) -> None:
        try:
            exact_json.dumps(self.as_request()).encode("utf-8")
        except (TypeError, ValueError) as error:
            raise InvalidRule(f"rule for {self.device_id!r}: {error}") from error

    def as_request(self) -> dict[str, object]:
        """The definition as the API takes it."""
        content = {
            "device_id": self.device_id,
            **self.condition.as_request(),
            "cooldown": self.cooldown_seconds,
            "severity": self.severity,
            "enabled": self.enabled,
            "name": self.name,
            "description": self.description,
        }
        return _given(content)

    @classmethod
    def of(cls, content: Mapping[str, Any]) -> Self:
        """The definition within an answer; raises UnexpectedAnswer where it lacks something."""
        return cls(
            device_id=field_of(content, "device_id", str),
            condition=_condition_of(content),
            severity=field_of(content, "severity", str),
            cooldown_seconds=field_of(content, "cooldown", int),
            enabled=field_of(content, "enabled", bool),
            name=optional_field_of(content, "name", str),
            description=optional_field_of(content, "description", str),
        )


@dataclass(frozen=True, slots=True)
class Rule:
    """A rule that the API keeps, its times in epoch milliseconds."""

    rule_id: str
    definition: RuleDefinition
    created_at_ms: int
    updated_at_ms: int

    @classmethod
    def of(cls, content: Mapping[str, Any]) -> Self:
        """The rule of an answer; raises UnexpectedAnswer where it lacks something."""
        return cls(
            rule_id=field_of(content, "rule_id", str),
            definition=RuleDefinition.of(content),
            created_at_ms=field_of(content, "created_at", int),
            updated_at_ms=field_of(content, "updated_at", int),
        )

    def as_content(self) -> dict[str, object]:
        """The rule as the API answers it."""
        return {
            "rule_id": self.rule_id,
            **self.definition.as_request(),
            "created_at": self.created_at_ms,
            "updated_at": self.updated_at_ms,
        }


def _condition_of(content: Mapping[str, Any]) -> Threshold | Silence:
    if "no_data" in content:
        metric = optional_field_of(content, "metric", str)
        return Silence(field_of(content, "no_data", int), metric)
    clears = "clear_threshold" in content
    return Threshold(
        metric=field_of(content, "metric", str),
        operator=field_of(content, "operator", str),
        threshold=value_of(content, "threshold"),
        duration_seconds=field_of(content, "duration", int),
        clear_threshold=value_of(content, "clear_threshold") if clears else None,
    )


def _exact(name: str, value: object) -> Value:
    try:
        return exact(value)
    except ValueError as error:
        raise InvalidRule(f"{name} {error}") from error


def _given(content: Mapping[str, object]) -> dict[str, object]:
    return {name: value for name, value in content.items() if value is not None}
