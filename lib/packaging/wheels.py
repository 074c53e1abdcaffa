"""Wheels of pure Python, fetched by pip, read without being installed."""

import subprocess
import sys
import zipfile
from collections.abc import Iterator
from pathlib import Path

from lib.packaging.errors import PackagingError

# Packages without a pure wheel that run as well, if slower, without the one part that is compiled.
_DISPENSABLE_PARTS = {"markupsafe": "markupsafe/_speedups."}
# These tags admit `py3-none-any` and nothing that is compiled.
_PURE = ("--platform=any", "--implementation=py", "--abi=none")
# Whatever machine builds the layer takes this wheel: its Python files are every platform's.
_OF_ONE_PLATFORM = ("--platform=manylinux2014_x86_64", "--implementation=cp")
_COMPILED_SUFFIXES = (".so", ".pyd", ".dll", ".dylib")
_COMPILED_MAGIC = (b"\x7fELF", b"MZ\x90", b"\xcf\xfa\xed\xfe", b"\xca\xfe\xba\xbe")


def download_wheels(requirements: Path, destination: Path, python_version: str) -> tuple[Path, ...]:
    """Fetch one wheel of each pinned and hashed requirement, in order of file name: the pure one.

    A package that publishes none, though it needs none, comes as the wheel of one platform.
    Indexes, proxies and caches are pip's own settings. Raises PackagingError when pip fails: no
    index within reach, no such wheel of that version, or a digest that does not match.
    """
    destination.mkdir(parents=True, exist_ok=True)
    by_tags: dict[tuple[str, ...], list[str]] = {_PURE: [], _OF_ONE_PLATFORM: []}
    for line in _lines(requirements):
        dispensable = line.partition("==")[0] in _DISPENSABLE_PARTS
        by_tags[_OF_ONE_PLATFORM if dispensable else _PURE].append(line)
    for tags, lines in by_tags.items():
        if lines:
            listed = destination / "requirements.txt"
            listed.write_text("\n".join(lines), encoding="utf-8")
            _download(listed, destination, (*tags, f"--python-version={python_version}"))
    return tuple(sorted(destination.glob("*.whl")))


def read_wheel(wheel: Path) -> dict[str, bytes]:
    """The files that the wheel puts on the import path, by name; scripts and headers are left out.

    So is a compiled part that the package runs without. Raises PackagingError when another file is
    compiled, or would be installed elsewhere.
    """
    dispensable = _DISPENSABLE_PARTS.get(wheel.name.partition("-")[0])
    members: dict[str, bytes] = {}
    with zipfile.ZipFile(wheel) as source:
        for name in source.namelist():
            top, _, rest = name.partition("/")
            if name.endswith("/") or (dispensable and name.startswith(dispensable)):
                continue
            if top.endswith(".data"):
                if rest.startswith(("purelib/", "platlib/")):
                    raise PackagingError(f"{wheel.name} keeps modules apart, in {name}")
                continue
            members[name] = source.read(name)
            if name.endswith(_COMPILED_SUFFIXES) or members[name].startswith(_COMPILED_MAGIC):
                raise PackagingError(f"{wheel.name} holds a compiled file, {name}")
    return members


def _lines(requirements: Path) -> Iterator[str]:
    """The requirements of a file, each on one line with its digests."""
    for line in requirements.read_text(encoding="utf-8").replace("\\\n", " ").splitlines():
        if line.strip() and not line.startswith("#"):
            yield line


def _download(requirements: Path, destination: Path, tags: tuple[str, ...]) -> None:
    command = [sys.executable, "-m", "pip", "download", "--quiet", "--no-input"]
    command += ["--disable-pip-version-check", "--no-deps", "--require-hashes", "--retries=2"]
    command += ["--only-binary=:all:", *tags]
    command += ["--dest", str(destination), "--requirement", str(requirements)]
    result = subprocess.run(command, capture_output=True, text=True, check=False)
    if result.returncode != 0:
        reasons = [line for line in result.stderr.splitlines() if line.startswith("ERROR")]
        raise PackagingError(
            "pip could not fetch the layer's wheels. Is a package index within reach"
            " (PIP_INDEX_URL or pip's configuration)? pip says: "
            + ("\n".join(reasons) or result.stderr.strip())
        )
