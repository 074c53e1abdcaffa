"""The layer's requirements, taken from Pipfile.lock: `python -m lib.packaging.lock`."""

import hashlib
import json
import tempfile
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

from lib.packaging.archive import write_if_changed
from lib.packaging.errors import PackagingError
from lib.packaging.layer import PYTHON_VERSION
from lib.packaging.wheels import download_wheels

# boto3, the X-Ray SDK, Jinja2 and marshmallow, and what they import.
LAYER_REQUIREMENTS = (
    "aws-xray-sdk",
    "boto3",
    "botocore",
    "jinja2",
    "jmespath",
    "markupsafe",
    "marshmallow",
    "python-dateutil",
    "s3transfer",
    "six",
    "urllib3",
    "wrapt",
)
_HEADER = "# What the layer holds. Written by `python -m lib.packaging.lock` from Pipfile.lock.\n"


@dataclass(frozen=True)
class LockedRequirement:
    """A package at one version, and the digests (`sha256:…`) its files may have."""

    name: str
    version: str
    hashes: tuple[str, ...]


def locked_requirements(
    pipfile_lock: Path, names: Sequence[str] = LAYER_REQUIREMENTS
) -> tuple[LockedRequirement, ...]:
    """The named packages as Pipfile.lock pins them.

    Raises PackagingError when one is not locked.
    """
    locked = json.loads(pipfile_lock.read_bytes())["default"]
    missing = [name for name in names if name not in locked]
    if missing:
        raise PackagingError(f"{pipfile_lock} does not lock {', '.join(missing)}")
    return tuple(
        LockedRequirement(
            name, locked[name]["version"].removeprefix("=="), tuple(locked[name]["hashes"])
        )
        for name in names
    )


def write_requirements(pipfile_lock: Path, destination: Path) -> None:
    """Write the layer's requirements, each with the digest alone of the wheel that is taken.

    Raises PackagingError when a package is not locked, or its wheel cannot be fetched.
    """
    requirements = locked_requirements(pipfile_lock)
    with tempfile.TemporaryDirectory() as directory:
        wheels = Path(directory, "wheels")
        listed = Path(directory, "requirements.txt")
        listed.write_text(_text(requirements), encoding="utf-8")
        digests = {
            f"sha256:{hashlib.sha256(wheel.read_bytes()).hexdigest()}"
            for wheel in download_wheels(listed, wheels, PYTHON_VERSION)
        }
    write_if_changed(destination, (_HEADER + _text(_only(requirements, digests))).encode())


def _only(
    requirements: Iterable[LockedRequirement], hashes: Collection[str]
) -> tuple[LockedRequirement, ...]:
    return tuple(
        LockedRequirement(each.name, each.version, tuple(h for h in each.hashes if h in hashes))
        for each in requirements
    )


def _text(requirements: Iterable[LockedRequirement]) -> str:
    return "".join(
        f"{each.name}=={each.version}"
        + "".join(f" \\\n    --hash={digest}" for digest in sorted(each.hashes))
        + "\n"
        for each in requirements
    )


def main() -> None:
    """Bring lambda/requirements.txt up to date with Pipfile.lock."""
    root = Path(__file__).parents[2]
    write_requirements(root / "Pipfile.lock", root / "lambda" / "requirements.txt")


if __name__ == "__main__":
    main()
