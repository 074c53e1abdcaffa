"""The page of the counts for a browser, which cannot sign, on this machine alone."""

import secrets
from collections.abc import Mapping
from html import escape
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Self
from urllib.parse import parse_qsl, urlsplit

from iot_pipeline import AnsweredWithError, PipelineClient, PipelineError
from iot_pipeline.cli.failures import lines_of

_HOST = "127.0.0.1"
_REQUEST_LIMIT_SECONDS = 10
_PASSED_ON = (
    "Content-Type",
    "Content-Security-Policy",
    "Referrer-Policy",
    "X-Content-Type-Options",
    "X-Frame-Options",
)
_OWN_PAGE: Mapping[str, str] = {
    "Content-Type": "text/html; charset=utf-8",
    "Content-Security-Policy": "default-src 'none'; frame-ancestors 'none'",
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
}
_FAILURES = frozenset(status for status in HTTPStatus if status >= HTTPStatus.BAD_REQUEST)


class StatsPageServer(ThreadingHTTPServer):
    """Serves the page at `url`, whose path nobody else on the machine can guess."""

    def __init__(self, client: PipelineClient, *, idle_seconds: float) -> None:
        """Listen; what is asked before `serve` runs waits for it."""
        super().__init__((_HOST, 0), _PageRequest)
        self.client = client
        self.timeout = idle_seconds
        self.path = f"/{secrets.token_urlsafe()}/"
        self.idle = False

    def __enter__(self) -> Self:
        return self

    @property
    def host(self) -> str:
        """The one `Host` that is served: a name of somebody's that leads here is not."""
        return f"{_HOST}:{self.server_port}"

    @property
    def url(self) -> str:
        """Where the page is; `?date=YYYY-MM-DD` is that of another day."""
        return f"http://{self.host}{self.path}"

    def serve(self) -> None:
        """Serve until nobody has asked for `idle_seconds`, or the user ends it."""
        try:
            while not self.idle:
                self.handle_request()
        except KeyboardInterrupt:
            return

    def handle_timeout(self) -> None:
        """Nobody has asked."""
        self.idle = True


class _PageRequest(BaseHTTPRequestHandler):
    server: StatsPageServer
    # A browser opens connections ahead of need, and need never come.
    timeout = _REQUEST_LIMIT_SECONDS

    def do_GET(self) -> None:
        """Answer with the page of the day that is asked for."""
        parts = urlsplit(self.path)
        if self.headers.get_all("Host") != [self.server.host]:
            self._refuse(HTTPStatus.MISDIRECTED_REQUEST, "This is not its address.")
        elif not secrets.compare_digest(parts.path.encode(), self.server.path.encode()):
            self._refuse(HTTPStatus.NOT_FOUND, "There is nothing here.")
        else:
            self._show(dict(parse_qsl(parts.query, keep_blank_values=True)).get("date"))

    def _show(self, day: str | None) -> None:
        try:
            page = self.server.client.states.stats_page(day)
        except PipelineError as error:
            self._refuse(_status_of(error), *lines_of(error))
            return
        passed_on = {name: page.headers[name] for name in _PASSED_ON if name in page.headers}
        self._answer(HTTPStatus.OK, passed_on, page.html)

    def _refuse(self, status: HTTPStatus, *lines: str) -> None:
        title = f"{status.value} {status.phrase}"
        paragraphs = "".join(f"<p>{escape(line)}</p>" for line in lines)
        html = f'<!doctype html><html lang="en"><title>{title}</title><h1>{title}</h1>{paragraphs}'
        self._answer(status, _OWN_PAGE, html)

    def _answer(self, status: HTTPStatus, headers: Mapping[str, str], html: str) -> None:
        body = html.encode("utf-8")
        self.send_response(status)
        for name, value in headers.items():
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(body)))
        self.send_header("Cache-Control", "no-store")
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *args: object) -> None:
        """Keep silent: the terminal shows the address and nothing else."""


def _status_of(error: PipelineError) -> HTTPStatus:
    status = error.status if isinstance(error, AnsweredWithError) else None
    return HTTPStatus(status) if status in _FAILURES else HTTPStatus.BAD_GATEWAY
