"""The layer: the packages the functions import, pure Python, one file for every platform."""

import hashlib
import json
import tempfile
from collections.abc import Collection, Iterable
from dataclasses import asdict, dataclass
from pathlib import Path

from lib.packaging.archive import archive, sha256_base64, write_if_changed
from lib.packaging.bytecode import COMPILER, with_bytecode
from lib.packaging.errors import PackagingError
from lib.packaging.pruning import SERVICES, prune
from lib.packaging.wheels import download_wheels, read_wheel

PYTHON_VERSION = "3.11"
_UNPACKED = "/opt"


@dataclass(frozen=True)
class LayerPackage:
    """The layer's zip: where it lies, its digest, and what can be imported from it."""

    path: Path
    sha256_base64: str
    top_level_modules: tuple[str, ...]


@dataclass(frozen=True)
class _Receipt:
    """What a layer was built from and what came out, kept beside it."""

    inputs: str
    sha256_base64: str
    top_level_modules: tuple[str, ...]


def build_layer(
    requirements: Path,
    destination: Path,
    *,
    services: Collection[str] = SERVICES,
    python_version: str = PYTHON_VERSION,
) -> LayerPackage:
    """Zip the wheels of the pinned and hashed requirements, cut down to what functions can run.

    A layer that was built from the same inputs is kept, and no package index is asked. Raises
    PackagingError when the requirements cannot be read or fetched, or are not pure Python.
    """
    inputs = _digest_of_inputs(requirements, services, python_version)
    receipt_path = destination.with_suffix(".receipt.json")
    receipt = _kept_receipt(receipt_path, destination, inputs)
    if receipt is None:
        content, modules = _contents(requirements, services, python_version)
        receipt = _Receipt(inputs, sha256_base64(content), modules)
        write_if_changed(destination, content)
        write_if_changed(receipt_path, json.dumps(asdict(receipt), indent=1).encode())
    return LayerPackage(destination, receipt.sha256_base64, receipt.top_level_modules)


def _contents(
    requirements: Path, services: Collection[str], python_version: str
) -> tuple[bytes, tuple[str, ...]]:
    files: dict[str, bytes] = {}
    with tempfile.TemporaryDirectory() as directory:
        for wheel in download_wheels(requirements, Path(directory), python_version):
            files |= read_wheel(wheel)
    kept = prune(files, services)
    members = {f"python/{name}": content for name, content in kept.items()}
    return archive(with_bytecode(members, _UNPACKED)), tuple(sorted(_top_level_modules(kept)))


def _top_level_modules(names: Iterable[str]) -> set[str]:
    """What the files let a program import: packages by folder, modules by file name."""
    return {
        name.partition("/")[0].removesuffix(".py")
        for name in names
        if name.endswith(".py") and name.partition("/")[0].removesuffix(".py").isidentifier()
    }


def _digest_of_inputs(requirements: Path, services: Collection[str], python_version: str) -> str:
    """A digest of what decides the layer's bytes: requirements, settings, rules, interpreter."""
    try:
        pinned = requirements.read_bytes()
    except OSError as error:
        raise PackagingError(f"the layer's requirements cannot be read: {error}") from error
    digest = hashlib.sha256(f"{sorted(services)} {python_version} {COMPILER}".encode())
    digest.update(pinned)
    for module in ("archive", "bytecode", "layer", "pruning", "wheels"):
        digest.update(Path(__file__).with_name(f"{module}.py").read_bytes())
    return digest.hexdigest()


def _kept_receipt(path: Path, layer: Path, inputs: str) -> _Receipt | None:
    """The receipt, if the layer beside it is whole and came from the inputs."""
    try:
        fields = json.loads(path.read_bytes())
        receipt = _Receipt(
            fields["inputs"], fields["sha256_base64"], tuple(fields["top_level_modules"])
        )
        found = sha256_base64(layer.read_bytes())
    except (OSError, ValueError, KeyError, TypeError):
        # Nothing was built yet, or something else wrote here: build.
        return None
    return receipt if (receipt.inputs, receipt.sha256_base64) == (inputs, found) else None
