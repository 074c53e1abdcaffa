"""Reading what telemetry requests have in common: metrics."""

from collections.abc import Mapping
from typing import Any

from kernel.errors import Fault
from readings.metrics import Metric, metric_name_fault, metric_of
from telemetry.segmenting import MAX_METRICS


def metrics_of(value: Any, path: str, faults: list[Fault]) -> dict[str, Metric]:
    """Metrics by name; what cannot be kept becomes a fault."""
    if not isinstance(value, Mapping) or not 1 <= len(value) <= MAX_METRICS:
        faults.append(Fault(path, f"must be an object of 1 to {MAX_METRICS} metrics"))
        return {}
    metrics: dict[str, Metric] = {}
    for name, given in value.items():
        if fault := metric_name_fault(name):
            faults.append(Fault(f"{path}.{name}", fault))
        else:
            metrics[name] = metric_of(given, f"{path}.{name}", faults)
    return metrics
