"""Digests."""

import hashlib
from typing import Any

from kernel import exact_json


def digest(content: list[Any]) -> str:
    return hashlib.blake2b(exact_json.dumps(content).encode(), digest_size=12).hexdigest()
