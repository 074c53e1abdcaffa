"""Device states in memory: each body is counted at once, and once."""

import hashlib
from collections import Counter
from datetime import UTC, datetime
from html import escape

from iot_pipeline.moments import epoch_ms, ms_to_iso
from iot_pipeline.states.model import StateCount
from iot_pipeline.testing.http import Request, Response

_PAGE_HEADERS = {
    "Content-Type": "text/html; charset=utf-8",
    "Content-Security-Policy": "default-src 'none'; form-action 'self'",
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
}


class InMemoryStates:
    """Keeps the counts of device states."""

    def __init__(self) -> None:
        self._digests: set[str] = set()
        self._counted: Counter[tuple[str, str, str]] = Counter()

    def accept(self, request: Request) -> Response:
        """`POST /ingest` with `processed_devices`."""
        devices = request.content()["processed_devices"]
        digest = hashlib.sha256(request.unpacked()).hexdigest()
        if digest not in self._digests:
            self._digests.add(digest)
            for device in devices:
                day = ms_to_iso(epoch_ms(device["timestamp"]))[:10]
                self._counted[day, device["type"], device["state"]] += 1
        raw_key = f"raw/{_today()}/{digest}.json"
        done = {"status": "accepted", "raw_key": raw_key, "enqueued": len(devices)}
        return Response.json(200, done)

    def stats(self, request: Request) -> Response:
        """`GET /stats`, a hundred counts at a time unless said."""
        return Response.list_page(request, [count.as_content() for count in self._of_day(request)])

    def page(self, request: Request) -> Response:
        """`GET /stats-html`, without its looks."""
        rows = "".join(
            f"<tr><td>{escape(one.type)}<td>{escape(one.state)}<td>{one.count}"
            for one in self._of_day(request)
        )
        head = f'<!doctype html><html lang="en"><title>{escape(_day(request))}</title>'
        html = f"{head}<table>{rows}</table>"
        return Response(200, html.encode("utf-8"), _PAGE_HEADERS)

    def _of_day(self, request: Request) -> list[StateCount]:
        day = _day(request)
        return [
            StateCount(*key, count) for key, count in sorted(self._counted.items()) if key[0] == day
        ]


def _day(request: Request) -> str:
    # As text goes into the page, and nobody here checks that it is a day.
    return request.query.get("date", _today())


def _today() -> str:
    return f"{datetime.now(UTC):%Y-%m-%d}"
