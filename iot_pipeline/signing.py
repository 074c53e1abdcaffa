"""Signature Version 4 for requests, with credentials that refresh.

`aws_requests_auth` derives and places the signature. Four things it leaves to its caller, and
each is settled here, once:

* It signs the query as it stands in the URL, and requests writes a space as `+` and leaves
  some characters bare, where the signature is over `%20` and strict encoding. The URL is
  therefore rewritten into its canonical form: what is sent is then what was signed.
* It sorts `name=value` as one string, so that `a-b=1` comes before `a=1`. It cannot be told
  otherwise: such names are refused (the API has none).
* It signs the host that it is given: here the one that goes over the wire, with its port
  unless that is the scheme's own.
* It sends `x-amz-content-sha256` without signing it, though every `x-amz-*` header that is sent
  must be signed. The hash is in the signature anyway: the header stays away.
"""

from urllib.parse import parse_qsl, quote, urlsplit, urlunsplit

from aws_requests_auth.aws_auth import AWSRequestsAuth
from botocore.credentials import Credentials
from requests import PreparedRequest

SERVICE = "execute-api"
_DEFAULT_PORTS = {"http": 80, "https": 443}


class SignedRequests(AWSRequestsAuth):  # type: ignore[misc] # the package has no types
    """Signs every request to one endpoint with what the credentials are at that moment."""

    def __init__(self, endpoint: str, region: str, credentials: Credentials) -> None:
        super().__init__(None, None, host_header(endpoint), region, SERVICE)
        self._credentials = credentials

    def __call__(self, r: PreparedRequest) -> PreparedRequest:
        """Sign the request; raises ValueError for query names that cannot be signed."""
        parts = urlsplit(str(r.url))
        query = canonical_query(parts.query)
        r.url = urlunsplit(parts._replace(query=query))
        if self.get_canonical_querystring(r) != query:
            raise ValueError(f"query names whose order cannot be signed: {query}")
        signed: PreparedRequest = super().__call__(r)
        return signed

    def get_aws_request_headers_handler(self, r: PreparedRequest) -> dict[str, str]:
        """The headers of the signature; asked for anew at each attempt of a request."""
        # Frozen: key, secret and token of the same moment, whatever another thread refreshes.
        frozen = self._credentials.get_frozen_credentials()
        headers: dict[str, str] = self.get_aws_request_headers(
            r, frozen.access_key, frozen.secret_key, frozen.token
        )
        del headers["x-amz-content-sha256"]
        return headers


def canonical_query(query: str) -> str:
    """The query string sorted by name, then value, strictly percent-encoded."""
    pairs = parse_qsl(query, keep_blank_values=True)
    encoded = sorted((quote(name, safe="-_.~"), quote(value, safe="-_.~")) for name, value in pairs)
    return "&".join(f"{name}={value}" for name, value in encoded)


def host_header(url: str) -> str:
    """The `Host` header that an HTTP client sends for the URL."""
    parts = urlsplit(url)
    host = parts.hostname or ""
    if ":" in host:
        host = f"[{host}]"
    if parts.port is None or parts.port == _DEFAULT_PORTS.get(parts.scheme):
        return host
    return f"{host}:{parts.port}"
