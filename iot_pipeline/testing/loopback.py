"""A pipeline in memory behind a real socket that refuses wrong signatures."""

import threading
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from types import TracebackType
from typing import Self
from urllib.parse import parse_qsl, urlsplit

from botocore.auth import SigV4Auth
from botocore.awsrequest import AWSRequest
from botocore.credentials import Credentials

from iot_pipeline.signing import SERVICE
from iot_pipeline.testing.http import Request, Response
from iot_pipeline.testing.memory import InMemoryPipeline

_STAGE = "/prod"

_WRONG_SIGNATURE = Response.error(
    HTTPStatus.FORBIDDEN,
    "INVALID_SIGNATURE",
    "The request signature we calculated does not match the signature you provided.",
)


class LoopbackApi:
    """Serves a pipeline at `endpoint` until closed; a context manager.

    Signatures are checked by computing them again with botocore, over exactly the headers that
    the caller signed: what passes here is signed as AWS's own SDK signs.
    """

    def __init__(
        self, pipeline: InMemoryPipeline, *, credentials: Credentials, region: str
    ) -> None:
        self.pipeline = pipeline
        self._credentials = credentials
        self._region = region
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), _handler(self))
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.02,))

    @property
    def endpoint(self) -> str:
        """The address, stage included."""
        return f"http://127.0.0.1:{self._server.server_port}{_STAGE}"

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._server.shutdown()
        self._thread.join()
        self._server.server_close()

    def answer(self, target: str, request: Request) -> Response:
        """Answer a request to `target`, the path and query as they came over the wire."""
        if not self._is_signed(target, request):
            return _WRONG_SIGNATURE
        return self.pipeline.answer(request)

    def _is_signed(self, target: str, request: Request) -> bool:
        given = request.headers.get("authorization", "")
        fields = dict(
            part.strip().partition("=")[::2] for part in given.partition(" ")[2].split(",")
        )
        signed = {
            name: request.headers.get(name, "")
            for name in fields.get("SignedHeaders", "").split(";")
        }
        unsigned = {name for name in request.headers if name.startswith("x-amz-")} - signed.keys()
        if unsigned or not {"host", "x-amz-date"} <= signed.keys():
            return False
        address = f"http://{signed['host']}{target}"
        signable = AWSRequest(request.method, address, signed, request.body)
        signable.context["timestamp"] = signed["x-amz-date"]
        signer = SigV4Auth(self._credentials.get_frozen_credentials(), SERVICE, self._region)
        canonical = signer.canonical_request(signable)
        expected = signer.signature(signer.string_to_sign(signable, canonical), signable)
        scope = f"{self._credentials.access_key}/{signer.credential_scope(signable)}"
        return fields.get("Signature") == expected and fields.get("Credential") == scope


def _handler(api: LoopbackApi) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"
        disable_nagle_algorithm = True

        def _respond(self) -> None:
            body = self.rfile.read(int(self.headers.get("Content-Length", "0")))
            parts = urlsplit(self.path)
            request = Request(
                method=self.command,
                path=parts.path.removeprefix(_STAGE),
                query=dict(parse_qsl(parts.query, keep_blank_values=True)),
                headers={name.lower(): value for name, value in self.headers.items()},
                body=body,
            )
            answer = api.answer(self.path, request)
            self.send_response(answer.status)
            for name, value in answer.headers.items():
                self.send_header(name, value)
            self.send_header("Content-Length", str(len(answer.body)))
            self.end_headers()
            self.wfile.write(answer.body)

        do_GET = do_POST = do_PUT = do_DELETE = _respond  # noqa: N815 — the names that http.server calls

        def log_message(self, format: str, *args: object) -> None:
            """Keep silent: the tests' output is not a server's log."""

    return Handler
