"""The engine's root, whose signature the engine itself does not check."""

import hashlib
import hmac
from datetime import datetime, timedelta

from botocore.auth import SigV4Auth
from botocore.awsrequest import AWSRequest
from botocore.credentials import Credentials

from .credentials import Refused, moment
from .request import Request

_CLOCK_SKEW = timedelta(minutes=15)


def check_root(request: Request, body: bytes, secret: str, now: datetime) -> None:
    """Raise Refused unless a root's request is signed with the secret, in its header, just now."""
    signed_at = moment(request.headers.get("x-amz-date", ""))
    recent = signed_at is not None and abs(now - signed_at) <= _CLOCK_SKEW
    if not (recent and _is_signed(request, body, secret)):
        raise Refused(
            "UnrecognizedClientException", "The security token included in the request is invalid."
        )


def _is_signed(request: Request, body: bytes, secret: str) -> bool:
    """Tell whether the signature is the one that botocore makes with the secret."""
    fields = request.authorization.partition(" ")[2].split(",")
    given = dict(field.strip().partition("=")[::2] for field in fields)
    names = given.get("SignedHeaders", "").split(";")
    if given.get("Credential", "").count("/") != 4 or not {"host", "x-amz-date"} <= set(names):
        return False
    content = hashlib.sha256(body).hexdigest()
    if request.headers.get("x-amz-content-sha256", content) != content:
        return False
    key, date, region, service, _ = given["Credential"].split("/")
    signed = {name: request.headers.get(name, "") for name in names}
    url = f"https://{signed['host']}{request.target}"
    unsigned = AWSRequest(request.method, url, signed, body)
    unsigned.context["timestamp"] = signed["x-amz-date"]
    signer = SigV4Auth(Credentials(key, secret), service, region)
    text = signer.string_to_sign(unsigned, signer.canonical_request(unsigned))
    expected = signer.signature(text, unsigned)
    return date == signed["x-amz-date"][:8] and hmac.compare_digest(
        given.get("Signature", "").encode(), expected.encode()
    )
