"""Files, packed and not."""

import gzip
import io
import sys
import zipfile
from pathlib import Path

import pytest

from iot_pipeline.cli.readings.files.errors import UnreadableFile
from iot_pipeline.cli.readings.files.opening import opened

CONTENT = b'{"a": 1}\n' * 10_000


def zipped(*names: str) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for name in names:
            archive.writestr(name, CONTENT)
    return buffer.getvalue()


PACKINGS = [
    pytest.param(CONTENT, None, id="plain"),
    pytest.param(gzip.compress(CONTENT), "gzip", id="gzip"),
    pytest.param(zipped("a.json"), "zip", id="zip"),
    pytest.param(
        zipped("folder/", "folder/a.json", "__MACOSX/a.json", ".DS_Store"), "zip", id="folder"
    ),
]


@pytest.mark.parametrize(("packed", "kind"), PACKINGS)
def test_a_file_is_unpacked_by_its_content_not_its_name(
    tmp_path: Path, packed: bytes, kind: str | None
) -> None:
    path = tmp_path / "readings.txt"
    path.write_bytes(packed)
    with opened(str(path)) as file:
        assert file.content.read() == CONTENT
        assert file.packed_as == kind
        assert file.size_bytes == len(packed)
        assert 0 < file.position_bytes() <= len(packed)


@pytest.mark.parametrize(("packed", "kind"), PACKINGS)
def test_stdin_is_unpacked_too(
    monkeypatch: pytest.MonkeyPatch, packed: bytes, kind: str | None
) -> None:
    class Pipe(io.BytesIO):
        def seekable(self) -> bool:
            return False

        def seek(self, *_: int) -> int:
            raise io.UnsupportedOperation("a pipe does not go back")

    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(Pipe(packed)))
    with opened("-") as file:
        assert file.content.read() == CONTENT
        assert (file.packed_as, file.size_bytes, file.position_bytes()) == (kind, None, 0)


@pytest.mark.parametrize("names", [(), ("a.json", "b.json")])
def test_a_zip_that_does_not_hold_one_file_is_refused(
    tmp_path: Path, names: tuple[str, ...]
) -> None:
    path = tmp_path / "readings.zip"
    # An empty zip starts with its end record: something must be in it to be known as a zip.
    path.write_bytes(zipped("folder/", *names))
    with pytest.raises(UnreadableFile, match=f"one file, not {len(names)}"), opened(str(path)):
        pass


def test_a_damaged_zip_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "readings.zip"
    path.write_bytes(zipped("a.json")[:-30])
    with pytest.raises(UnreadableFile, match="not a zip file"), opened(str(path)):
        pass


def test_a_missing_file_is_refused(tmp_path: Path) -> None:
    with pytest.raises(UnreadableFile, match="No such file"), opened(str(tmp_path / "none")):
        pass
