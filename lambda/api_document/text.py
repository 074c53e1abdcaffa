"""The document as text."""

import json
from collections.abc import Mapping
from typing import Any


def pretty(document: Mapping[str, Any]) -> str:
    """The document for people: indented, in the order it was written in, always the same."""
    return json.dumps(document, indent=2, ensure_ascii=False) + "\n"


def compact(document: Mapping[str, Any]) -> str:
    """The document for programs."""
    return json.dumps(document, separators=(",", ":"))
