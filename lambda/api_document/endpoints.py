"""Every part of the API, and every endpoint: a context joins it here."""

from collections.abc import Mapping, Sequence

from alerting.contract import ALERTING
from api_document.contract import SERVICE
from edge.contract import ApiPart, Endpoint
from states.contract import STATES
from telemetry.contract import EVENTS, READINGS

PARTS: Sequence[ApiPart] = (READINGS, EVENTS, *ALERTING, STATES, SERVICE)


def _by_route() -> Mapping[str, Endpoint]:
    """Two contexts may answer one route, each its own bodies; raises ValueError if they differ in
    function or callers."""
    found: dict[str, Endpoint] = {}
    for part in PARTS:
        for one in part.endpoints:
            before = found.setdefault(one.route, one)
            if (before.function, before.callers) != (one.function, one.callers):
                raise ValueError(f"{one.route} has two functions, or different callers")
            found[one.route] = one
    return found


ENDPOINTS = _by_route()
