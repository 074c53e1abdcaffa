"""Zip archives whose bytes depend on their members alone."""

import base64
import hashlib
import io
import os
import tempfile
import zipfile
from collections.abc import Mapping
from pathlib import Path

# The earliest date a zip can hold: sources have no date of their own.
_DATE = (1980, 1, 1, 0, 0, 0)
_UNIX = 3
_REGULAR_FILE_0644 = 0o100644 << 16
_DEFLATE_LEVEL = 9


def archive(members: Mapping[str, bytes]) -> bytes:
    """A zip of the members by name: sorted, of one date and one mode."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as target:
        for name in sorted(members):
            info = zipfile.ZipInfo(name, _DATE)
            info.create_system = _UNIX
            info.external_attr = _REGULAR_FILE_0644
            info.compress_type = zipfile.ZIP_DEFLATED
            target.writestr(info, members[name], compresslevel=_DEFLATE_LEVEL)
    return buffer.getvalue()


def sha256_base64(content: bytes) -> str:
    """The digest in the form in which Lambda and Terraform compare code."""
    return base64.b64encode(hashlib.sha256(content).digest()).decode()


def write_if_changed(path: Path, content: bytes) -> None:
    """Make the file hold the content; readers see the old file or the new one, never a part."""
    if path.is_file() and path.read_bytes() == content:
        return
    path.parent.mkdir(parents=True, exist_ok=True)
    descriptor, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
    try:
        with os.fdopen(descriptor, "wb") as partial:
            partial.write(content)
        Path(name).chmod(0o644)
        Path(name).replace(path)
    except BaseException:
        Path(name).unlink(missing_ok=True)
        raise
