"""Every part of the API, and every endpoint: a context joins it here."""

from collections.abc import Mapping, Sequence

from alerting.contract import ALERTING
from api_document.contract import SERVICE
from edge.contract import ApiPart, Endpoint
from states.contract import STATES
from telemetry.contract import EVENTS, READINGS

PARTS: Sequence[ApiPart] = (READINGS, EVENTS, *ALERTING, STATES, SERVICE)

# Two contexts may answer one route, each its own bodies; function and callers are the same then.
ENDPOINTS: Mapping[str, Endpoint] = {
    endpoint.route: endpoint for part in PARTS for endpoint in part.endpoints
}
