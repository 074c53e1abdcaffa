"""The bytes of a file, unpacked where its content says that it is packed."""

import gzip
import io
import os
import sys
import tempfile
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any

from iot_pipeline.cli.readings.files.errors import UnreadableFile

STDIN = "-"

DAMAGE = (OSError, EOFError, zlib.error, zipfile.BadZipFile, NotImplementedError)
"""What reading a damaged or strangely packed file raises."""

_GZIP_MAGIC = b"\x1f\x8b"
_ZIP_MAGIC = b"PK\x03\x04"
_ENCRYPTED = 0x1
_CLUTTER = ("__MACOSX/", ".")
_CHUNK_BYTES = 1024 * 1024
_KEPT_IN_MEMORY_BYTES = 8 * _CHUNK_BYTES


@dataclass(frozen=True)
class OpenedFile:
    """A file's unpacked bytes, what it was packed as, and how large it is, packed."""

    content: io.BufferedReader
    packed_as: str | None
    size_bytes: int | None
    _packed: io.BufferedReader

    def position_bytes(self) -> int:
        """How many of the `size_bytes` are read so far."""
        return self._packed.tell() if self.size_bytes is not None else 0


@contextmanager
def opened(path: str) -> Iterator[OpenedFile]:
    """Open a file, or stdin for `-`, unpacking gzip and zip with one file inside.

    Raises UnreadableFile; what is damaged further on raises one of `DAMAGE` when it is read.
    """
    with ExitStack() as stack:
        try:
            file = _opened(path, stack)
        except DAMAGE as error:
            raise UnreadableFile(str(error)) from error
        yield file


def _opened(path: str, stack: ExitStack) -> OpenedFile:
    if path == STDIN:
        raw, size_bytes = _buffered(sys.stdin.buffer), None
    else:
        file = stack.enter_context(Path(path).open("rb"))  # noqa: SIM115 — the stack closes it
        raw, size_bytes = _buffered(file), os.fstat(file.fileno()).st_size
    start = raw.peek(4)
    if start.startswith(_GZIP_MAGIC):
        unpacked = stack.enter_context(gzip.GzipFile(fileobj=raw))
        return OpenedFile(_buffered(unpacked), "gzip", size_bytes, raw)
    if start.startswith(_ZIP_MAGIC):
        archive = stack.enter_context(zipfile.ZipFile(_seekable(raw, stack)))
        member = stack.enter_context(_only_member(archive))
        return OpenedFile(_buffered(member), "zip", size_bytes, raw)
    return OpenedFile(raw, None, size_bytes, raw)


def _buffered(stream: Any) -> io.BufferedReader:
    """The stream with a `peek`, which the types of files do not promise."""
    return io.BufferedReader(stream)


def _seekable(raw: io.BufferedReader, stack: ExitStack) -> IO[bytes]:
    """A zip's table stands at its end: what comes through a pipe is kept first."""
    if raw.seekable():
        return raw
    kept = stack.enter_context(
        tempfile.SpooledTemporaryFile(max_size=_KEPT_IN_MEMORY_BYTES)  # noqa: SIM115 — as above
    )
    while chunk := raw.read(_CHUNK_BYTES):
        kept.write(chunk)
    kept.seek(0)
    return kept


def _only_member(archive: zipfile.ZipFile) -> IO[bytes]:
    members = [
        info
        for info in archive.infolist()
        if not info.is_dir() and not info.filename.startswith(_CLUTTER)
    ]
    if len(members) != 1:
        names = ", ".join(info.filename for info in members[:5]) or "none"
        raise UnreadableFile(f"the zip should hold one file, not {len(members)} ({names})")
    if members[0].flag_bits & _ENCRYPTED:
        raise UnreadableFile(f"{members[0].filename} in the zip is encrypted")
    return archive.open(members[0])
