"""What must hold of a request's credentials before the engine looks at its signature."""

import re
from datetime import UTC, datetime, timedelta

from .request import Request

_TERMINATOR = "aws4_request"
_REGION = re.compile(r"[a-z]{2}(-[a-z]+)+-\d")
_LONGEST_EXPIRY_SECONDS = 604_800


class Refused(Exception):
    """A request that AWS would not serve; `code` is the engine's name of the failure."""

    def __init__(self, code: str, message: str) -> None:
        """Take the code and the sentence for the caller."""
        super().__init__(message)
        self.code = code
        self.message = message


def check_credentials(
    request: Request, service: str | None, region: str | None, now: datetime
) -> None:
    """Raise Refused unless the request names one caller, for the service and region, for now.

    The service and the region are None where any will do. What is not said here, and every
    credential that is not of five parts, the engine checks itself.
    """
    if len(request.authorizations) > 1:
        raise Refused("IncompleteSignature", "Authorization header must be sent only once.")
    if len(request.credentials) > 1:
        raise Refused("IncompleteSignature", "A request must name only one Credential.")
    for credential in request.credentials:
        scope = credential.split("/")
        if len(scope) == 5:
            _check_scope(scope, service, region)
            if not request.authorization:
                _check_expiry(request, scope[3], now)


def moment(text: str) -> datetime | None:
    """Return the time of an X-Amz-Date, or None if it is none."""
    try:
        return datetime.strptime(text, "%Y%m%dT%H%M%SZ").replace(tzinfo=UTC)
    except ValueError:
        return None


def _check_scope(scope: list[str], service: str | None, region: str | None) -> None:
    _, _, signed_region, signed_service, terminator = scope
    fault = None
    if signed_service != (service or signed_service):
        fault = f"to correct service: '{service}'."
    elif signed_region != (region or signed_region) or not _REGION.fullmatch(signed_region):
        fault = f"to a valid region, not '{signed_region}'."
    elif terminator != _TERMINATOR:
        fault = f"with a valid terminator: '{_TERMINATOR}', not '{terminator}'."
    if fault:
        raise Refused("SignatureDoesNotMatch", f"Credential should be scoped {fault}")


def _check_expiry(request: Request, service: str, now: datetime) -> None:
    if service == "s3" or "x-amz-expires" not in request.query:
        return  # S3's are checked by the engine; without it the engine's own limit holds.
    text = request.query["x-amz-expires"][0]
    if not (text.isascii() and text.isdigit() and 0 < int(text) <= _LONGEST_EXPIRY_SECONDS):
        raise Refused(
            "SignatureDoesNotMatch",
            f"X-Amz-Expires must be a number of seconds from 1 to {_LONGEST_EXPIRY_SECONDS}.",
        )
    signed_at = moment(request.query.get("x-amz-date", [""])[0])
    earliest = now - timedelta(seconds=int(text))
    if signed_at and signed_at < earliest:
        raise Refused(
            "RequestTimeTooSkewed",
            f"Signature expired: {signed_at:%Y%m%dT%H%M%SZ} is now earlier than "
            f"{earliest:%Y%m%dT%H%M%SZ}",
        )
