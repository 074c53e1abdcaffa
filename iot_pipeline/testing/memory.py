"""What the API does, in a few lines: enough for a caller's tests, not a second implementation."""

import re
import threading
from collections.abc import Callable
from http import HTTPStatus
from typing import Any
from urllib.parse import unquote

from iot_pipeline.testing.alerting import InMemoryAlerting
from iot_pipeline.testing.http import Request, Response
from iot_pipeline.testing.readings import InMemoryReadings
from iot_pipeline.testing.states import InMemoryStates

# As API Gateway answers, signed or not, to what is no route of it.
_NO_SUCH_ROUTE = Response.error(
    HTTPStatus.FORBIDDEN, "MISSING_AUTHENTICATION_TOKEN", "Missing Authentication Token"
)


class InMemoryPipeline:
    """Keeps readings, states, rules and alerts in memory; processing and alerting take no time.

    Each distinct reading is kept once, each body of device states counted once. `upcoming` holds
    answers that are given, one for each request, before the pipeline answers itself: a 429 to see
    a retry, a 400 to see a refusal. `requests` keeps what was asked.
    """

    def __init__(self) -> None:
        self.upcoming: list[Response] = []
        self.requests: list[Request] = []
        self._lock = threading.Lock()
        self._states = InMemoryStates()
        alerting = InMemoryAlerting()
        self._readings = readings = InMemoryReadings(alerting.evaluate)
        self._routes: dict[str, Callable[..., Response]] = {
            "POST /ingest": self._ingest,
            "GET /query": readings.query,
            "POST /process": readings.reprocess,
            "POST /events": readings.accept_events,
            "GET /devices/([^/]+)/events": readings.list_events,
            "POST /rules": alerting.create,
            "GET /rules": alerting.list_rules,
            "GET /rules/([^/]+)": alerting.get,
            "PUT /rules/([^/]+)": alerting.replace,
            "DELETE /rules/([^/]+)": alerting.delete,
            "GET /alerts": alerting.list_alerts,
            "GET /stats": self._states.stats,
            "GET /stats-html": self._states.page,
            "GET /health": _health,
        }

    def readings(self) -> list[dict[str, Any]]:
        """Every distinct reading in time order, as sent."""
        return [stored.as_sent() for stored in self._readings.in_time_order()]

    def answer(self, request: Request) -> Response:
        """Answer one request, on whichever thread."""
        with self._lock:
            self.requests.append(request)
            if self.upcoming:
                return self.upcoming.pop(0)
            for route, answer in self._routes.items():
                if found := re.fullmatch(route, f"{request.method} {request.path}"):
                    return answer(request, *map(unquote, found.groups()))
            return _NO_SUCH_ROUTE

    def _ingest(self, request: Request) -> Response:
        states = "processed_devices" in request.content()
        return self._states.accept(request) if states else self._readings.accept(request)


def _health(_request: Request) -> Response:
    return Response.json(200, {"status": "ok", "version": "in-memory"})
