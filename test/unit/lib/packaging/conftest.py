"""Wheels made on the spot, and a pip that finds nothing else."""

import hashlib
import zipfile
from collections.abc import Callable, Mapping
from pathlib import Path

import pytest

MakeWheel = Callable[..., str]


@pytest.fixture
def wheels(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A directory that is all pip can install from."""
    directory = tmp_path / "wheels"
    directory.mkdir()
    monkeypatch.setenv("PIP_CONFIG_FILE", "/dev/null")
    monkeypatch.setenv("PIP_NO_INDEX", "1")
    monkeypatch.setenv("PIP_FIND_LINKS", str(directory))
    return directory


@pytest.fixture
def make_wheel(wheels: Path) -> MakeWheel:
    """Make a wheel of files by name, and answer its line for a requirements file."""

    def make(name: str, files: Mapping[str, bytes], tag: str = "py3-none-any") -> str:
        info = f"{name}-1.0.dist-info"
        contents = {
            **files,
            f"{info}/METADATA": f"Metadata-Version: 2.1\nName: {name}\nVersion: 1.0\n".encode(),
            f"{info}/WHEEL": f"Wheel-Version: 1.0\nTag: {tag}\n".encode(),
            f"{info}/LICENSE": b"Do as you like.",
            f"{info}/RECORD": b"",
        }
        wheel = wheels / f"{name}-1.0-{tag}.whl"
        with zipfile.ZipFile(wheel, "w") as archive:
            for path, content in contents.items():
                archive.writestr(path, content)
        return f"{name}==1.0 --hash=sha256:{hashlib.sha256(wheel.read_bytes()).hexdigest()}\n"

    return make
