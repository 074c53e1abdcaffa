"""Device states in memory: each body is counted at once, and once."""

import hashlib
from collections import Counter
from datetime import UTC, datetime
from html import escape

from lib.client.moments import epoch_ms, ms_to_iso
from lib.client.states import StateCount
from lib.client.testing.calls import Answer, Call

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

    def accept(self, call: Call) -> Answer:
        """`POST /ingest` with `processed_devices`."""
        devices = call.content()["processed_devices"]
        digest = hashlib.sha256(call.unpacked()).hexdigest()
        if digest not in self._digests:
            self._digests.add(digest)
            for device in devices:
                day = ms_to_iso(epoch_ms(device["timestamp"]))[:10]
                self._counted[day, device["type"], device["state"]] += 1
        raw_key = f"raw/{_today()}/{digest}.json"
        done = {"status": "accepted", "raw_key": raw_key, "enqueued": len(devices)}
        return Answer.json(200, done)

    def stats(self, call: Call) -> Answer:
        """`GET /stats`, a hundred counts at a time unless said."""
        return Answer.list_page(call, [count.as_content() for count in self._of_day(call)])

    def page(self, call: Call) -> Answer:
        """`GET /stats-html`, without its looks."""
        rows = "".join(
            f"<tr><td>{escape(one.type)}<td>{escape(one.state)}<td>{one.count}"
            for one in self._of_day(call)
        )
        head = f'<!doctype html><html lang="en"><title>{escape(_day(call))}</title>'
        html = f"{head}<table>{rows}</table>"
        return Answer(200, html.encode("utf-8"), _PAGE_HEADERS)

    def _of_day(self, call: Call) -> list[StateCount]:
        day = _day(call)
        return [
            StateCount(*key, count) for key, count in sorted(self._counted.items()) if key[0] == day
        ]


def _day(call: Call) -> str:
    # As text goes into the page, and nobody here checks that it is a day.
    return call.query.get("date", _today())


def _today() -> str:
    return f"{datetime.now(UTC):%Y-%m-%d}"
