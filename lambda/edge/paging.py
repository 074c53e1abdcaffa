"""Paging tokens: a position that only the pipeline can write, good for one query only."""

import base64
import binascii
import hashlib
import hmac

from edge.pages import Page
from kernel.errors import Fault, Invalid

_MAC_BYTES = 16


class PageTokens:
    """Seals positions with a secret and opens them again."""

    def __init__(self, secret: str) -> None:
        self._secret = secret.encode()

    def seal(self, position: str, query: str) -> str:
        """An opaque token of a position in a query; both as text of the caller's choice."""
        content = position.encode()
        return base64.urlsafe_b64encode(self._mac(content, query) + content).decode().rstrip("=")

    def after(self, page: Page[str], query: str) -> str | None:
        """A token of the page that follows; None at the end."""
        return None if page.resume_after is None else self.seal(page.resume_after, query)

    def open(self, token: str, query: str) -> str:
        """The position; raises Invalid for a token that was not sealed here for this query."""
        try:
            sealed = base64.b64decode(token + "=" * (-len(token) % 4), b"-_", validate=True)
        except (binascii.Error, ValueError):
            sealed = b""
        mac, content = sealed[:_MAC_BYTES], sealed[_MAC_BYTES:]
        # Base64 has several spellings of the same bytes; only the one that was given out is good.
        if hmac.compare_digest(mac, self._mac(content, query)):
            position = content.decode()
            if hmac.compare_digest(self.seal(position, query).encode(), token.encode()):
                return position
        raise Invalid([Fault("next_token", "is not a token that this query gave out")])

    def _mac(self, content: bytes, query: str) -> bytes:
        message = len(query.encode()).to_bytes(8) + query.encode() + content
        return hmac.digest(self._secret, message, hashlib.sha256)[:_MAC_BYTES]
