"""What operators set in SSM Parameter Store, read by the functions while they run."""

import hmac
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import Any

from kernel import exact_json, logs
from kernel.clock import SECOND_MS, Clock
from kernel.errors import Forbidden, PipelineError

# 300 containers reading two parameters every 15 s stay at SSM's default of 40 reads a second.
FRESH_FOR_MS = 15 * SECOND_MS

ReadParameter = Callable[[str], str]


@dataclass(frozen=True, slots=True)
class PipelineConfig:
    """The pipeline's configuration, `/iot-pipeline/{suffix}/config`.

    batch_size: most readings stored together in one segment, 1 to 500.
    processing_timeout: seconds after which the processor takes up no further message, 5 to 60.
    error_threshold: messages failed in five minutes of the clock, in all containers, above which
    people are told.
    """

    batch_size: int = 500
    processing_timeout: int = 45
    error_threshold: int = 5

    LIMITS = {  # noqa: RUF012
        "batch_size": (1, 500),
        "processing_timeout": (5, 60),
        "error_threshold": (0, 10_000),
    }

    @classmethod
    def parse(cls, document: str) -> "PipelineConfig":
        """Read the parameter; what is missing or cannot be used keeps its default and is logged."""
        try:
            given = exact_json.loads(document)
        except PipelineError as error:
            logs.error("config_ignored", reason=str(error))
            return cls()
        if not isinstance(given, Mapping):
            logs.error("config_ignored", reason="The configuration is not a JSON object.")
            return cls()
        usable: dict[str, Any] = {}
        for name, (least, most) in cls.LIMITS.items():
            value = given.get(name)
            if type(value) is int and least <= value <= most:
                usable[name] = value
            elif name in given:
                logs.error("config_value_ignored", name=name, least=least, most=most)
        unknown = sorted(set(given) - set(cls.LIMITS))
        if unknown:
            logs.warning("config_names_unknown", names=unknown)
        return replace(cls(), **usable)


class LiveParameter:
    """One parameter, read again when it is older than 15 s; an old value outlives failed reads."""

    def __init__(self, name: str, read: ReadParameter, clock: Clock) -> None:
        self._name, self._read, self._clock = name, read, clock
        self._value: str | None = None
        self._read_at = 0

    def value(self) -> str:
        """The parameter's present value; raises what reading it raised if it never succeeded."""
        now = self._clock()
        if self._value is None or now - self._read_at >= FRESH_FOR_MS:
            try:
                self._value = self._read(self._name)
            except Exception:
                if self._value is None:
                    raise
                logs.error("parameter_not_read", name=self._name)
            self._read_at = now
        return self._value


class ApiKey:
    """The shared key that callers must bring besides their signature, once one has been set."""

    def __init__(self, parameter: LiveParameter, placeholder: str) -> None:
        self._parameter, self._placeholder = parameter, placeholder

    def require(self, given: str | None) -> None:
        """Raise Forbidden unless the key is still the placeholder or equal to what is given."""
        expected = self._parameter.value()
        if expected == self._placeholder:
            return
        if not hmac.compare_digest(expected.encode(), (given or "").encode()):
            raise Forbidden("The header x-api-key is missing or wrong.")
