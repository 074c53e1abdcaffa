"""Which field of a row is what, and the reading that a row is."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from iot_pipeline import InvalidReading, Value
from iot_pipeline.cli.readings.files.errors import UnreadableFile, UnreadableRow
from iot_pipeline.cli.readings.files.row import Row
from iot_pipeline.cli.readings.files.texts import value_of
from iot_pipeline.cli.readings.files.times import TimeUnit, to_ms, unit_of
from iot_pipeline.readings import Reading

DEVICE_FIELDS = ("device_id", "deviceId", "sensor_id", "sensorId", "device", "sensor", "id")
TIME_FIELDS = ("timestamp", "ts", "time", "datetime", "event_time", "date")
METRICS_FIELDS = ("sensor_data", "data", "metrics", "measurements", "values", "payload")

_MISSING = object()


@dataclass(frozen=True)
class Wanted:
    """What the user says about the fields; what is None is detected."""

    device_field: str | None = None
    time_field: str | None = None
    time_unit: TimeUnit = TimeUnit.AUTO
    metrics_field: str | None = None
    renamed: Mapping[str, str] = field(default_factory=dict)
    excluded: frozenset[str] = frozenset()


@dataclass(frozen=True)
class Columns:
    """Which field is what, settled for a whole file."""

    device_field: str
    time_field: str
    time_unit: TimeUnit
    metrics_field: str | None
    renamed: Mapping[str, str]
    excluded: frozenset[str]

    def __str__(self) -> str:
        metrics = f"in '{self.metrics_field}'" if self.metrics_field else "in all other fields"
        return (
            f"device in '{self.device_field}', time in '{self.time_field}' ({self.time_unit}), "
            f"metrics {metrics}"
        )


def columns_of(wanted: Wanted, fields: Mapping[str, Any]) -> Columns:
    """Settle the columns by the first row; raises UnreadableFile where one is not to be found."""
    device_field = wanted.device_field or _first(DEVICE_FIELDS, fields, "device", "--device-field")
    time_field = wanted.time_field or _first(TIME_FIELDS, fields, "time", "--time-field")
    metrics_field = wanted.metrics_field or next(
        (name for name in METRICS_FIELDS if isinstance(fields.get(name), dict)), None
    )
    time_unit = wanted.time_unit
    if time_unit is TimeUnit.AUTO:
        moment = _at(fields, time_field)
        if moment is _MISSING:
            raise UnreadableFile(f"the first row has no '{time_field}' to tell the time unit by")
        time_unit = unit_of(moment)
    own = {name.partition(".")[0] for name in (device_field, time_field) if name not in fields}
    excluded = wanted.excluded
    if metrics_field is None:
        excluded = excluded | own | {device_field, time_field}
    return Columns(device_field, time_field, time_unit, metrics_field, wanted.renamed, excluded)


def reading_of(row: Row, columns: Columns, *, of_texts: bool) -> Reading:
    """The reading that a row is; `of_texts` when its values are texts that show numbers.

    Raises UnreadableRow.
    """
    if row.reason:
        raise UnreadableRow(row.reason)
    moment = _at(row.fields, columns.time_field)
    if moment is _MISSING or moment is None:
        raise UnreadableRow(f"'{columns.time_field}' is missing")
    try:
        timestamp_ms = to_ms(moment, columns.time_unit)
        return Reading(
            _device_id(row.fields, columns), _metrics(row.fields, columns, of_texts), timestamp_ms
        )
    except (InvalidReading, ValueError) as error:
        raise UnreadableRow(str(error)) from error


def _device_id(fields: Mapping[str, Any], columns: Columns) -> str:
    device_id = _at(fields, columns.device_field)
    if isinstance(device_id, int) and not isinstance(device_id, bool):
        return str(device_id)
    if not isinstance(device_id, str) or not device_id:
        raise UnreadableRow(f"'{columns.device_field}' is missing or not a text")
    return device_id


def _metrics(fields: Mapping[str, Any], columns: Columns, of_texts: bool) -> dict[str, Value]:
    found = fields if columns.metrics_field is None else _at(fields, columns.metrics_field)
    if not isinstance(found, Mapping):
        raise UnreadableRow(f"'{columns.metrics_field}' is missing or not an object")
    metrics: dict[str, Value] = {}
    for name, value in found.items():
        if name in columns.excluded or value is None:
            continue
        renamed = columns.renamed.get(name, name)
        if renamed in metrics:
            raise UnreadableRow(f"two metrics are named '{renamed}'")
        metrics[renamed] = value_of(value) if of_texts else value
    if not metrics:
        raise UnreadableRow("it has no metrics")
    return metrics


def _first(candidates: Sequence[str], fields: Mapping[str, Any], what: str, option: str) -> str:
    for name in candidates:
        if name in fields:
            return name
    there = ", ".join(fields) or "none"
    raise UnreadableFile(f"no field looks like the {what}: name it with {option} (fields: {there})")


def _at(fields: Mapping[str, Any], path: str) -> Any:
    """What stands under a name, or under a dotted path of names."""
    if path in fields:
        return fields[path]
    found: Any = fields
    for name in path.split("."):
        if not isinstance(found, Mapping) or name not in found:
            return _MISSING
        found = found[name]
    return found
