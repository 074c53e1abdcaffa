"""What operators configure while the pipeline runs."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import Any

from kernel import exact_json, logs
from kernel.errors import PipelineError


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


def configured(read: Callable[[], str]) -> PipelineConfig:
    """What operators have configured; the defaults if that cannot be read."""
    try:
        document = read()
    except Exception:
        # Readings that could be processed must not end as dead letters for want of a setting.
        logs.error("config_not_read")
        return PipelineConfig()
    return PipelineConfig.parse(document)
