"""The key of the engine's root, who makes the other callers; its secret is this directory's own."""

import os
import secrets
from pathlib import Path

ROOT_KEY_ID = "test"
"""What the engine calls its root; what its front lets through as the root is signed besides."""


def ensure_root_secret(file: Path) -> str:
    """Return the secret, made at the first call; only the owner can read its file."""
    file.parent.mkdir(parents=True, exist_ok=True)
    if not file.exists():
        staged = file.with_name(f"{file.name}.new")
        staged.unlink(missing_ok=True)
        descriptor = os.open(staged, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(descriptor, "w", encoding="ascii") as stream:
            stream.write(secrets.token_urlsafe(30))
        staged.replace(file)
    return file.read_text(encoding="ascii")
