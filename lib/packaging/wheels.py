"""Wheels of pure Python, fetched by pip, read without being installed."""

import subprocess
import sys
import zipfile
from pathlib import Path

from lib.packaging.errors import PackagingError

_COMPILED_SUFFIXES = (".so", ".pyd", ".dll", ".dylib")
_COMPILED_MAGIC = (b"\x7fELF", b"MZ\x90", b"\xcf\xfa\xed\xfe", b"\xca\xfe\xba\xbe")


def download_wheels(requirements: Path, destination: Path, python_version: str) -> tuple[Path, ...]:
    """Fetch the one pure wheel of each pinned and hashed requirement, in order of file name.

    Indexes, proxies and caches are pip's own settings. Raises PackagingError when pip fails: no
    index within reach, no pure wheel of that version, or a digest that does not match.
    """
    command = [sys.executable, "-m", "pip", "download", "--quiet", "--no-input"]
    command += ["--disable-pip-version-check", "--no-deps", "--require-hashes"]
    # These tags admit `py3-none-any` and nothing that is compiled.
    command += ["--only-binary=:all:", "--platform=any", "--implementation=py", "--abi=none"]
    command += [f"--python-version={python_version}", "--retries=2"]
    command += ["--dest", str(destination), "--requirement", str(requirements)]
    result = subprocess.run(command, capture_output=True, text=True, check=False)
    if result.returncode != 0:
        reasons = [line for line in result.stderr.splitlines() if line.startswith("ERROR")]
        raise PackagingError(
            f"pip could not fetch the wheels of {requirements}. Is a package index within reach"
            " (PIP_INDEX_URL or pip's configuration)? pip says: "
            + ("\n".join(reasons) or result.stderr.strip())
        )
    return tuple(sorted(destination.glob("*.whl")))


def read_wheel(wheel: Path) -> dict[str, bytes]:
    """The files that the wheel puts on the import path, by name; scripts and headers are left out.

    Raises PackagingError when a file is compiled, or would be installed elsewhere.
    """
    members: dict[str, bytes] = {}
    with zipfile.ZipFile(wheel) as source:
        for name in source.namelist():
            top, _, rest = name.partition("/")
            if name.endswith("/"):
                continue
            if top.endswith(".data"):
                if rest.startswith(("purelib/", "platlib/")):
                    raise PackagingError(f"{wheel.name} keeps modules apart, in {name}")
                continue
            members[name] = source.read(name)
            if name.endswith(_COMPILED_SUFFIXES) or members[name].startswith(_COMPILED_MAGIC):
                raise PackagingError(f"{wheel.name} holds a compiled file, {name}")
    return members
