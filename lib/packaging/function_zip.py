"""One function's zip: its module and the modules that it imports, nothing else."""

from dataclasses import dataclass
from pathlib import Path

from lib.packaging.archive import archive, sha256_base64, write_if_changed
from lib.packaging.source_tree import SourceTree


@dataclass(frozen=True)
class FunctionPackage:
    """A function's zip: where it lies, its digest, and the modules inside in order of name."""

    path: Path
    sha256_base64: str
    modules: tuple[str, ...]


def build_function_zip(
    entry_module: str, sources: SourceTree, destination: Path
) -> FunctionPackage:
    """Zip the entry module (`functions.ingest`) with all that it imports below the source root.

    The bytes depend on the sources alone. Raises PackagingError when an import can be met neither
    from the source root, nor from the standard library, nor from the layer.
    """
    files = [
        (module.name, module.file, module.source)
        for module in sources.closure(entry_module)
        if module.file is not None
    ]
    content = archive(
        {file.relative_to(sources.root).as_posix(): source for _, file, source in files}
    )
    write_if_changed(destination, content)
    return FunctionPackage(destination, sha256_base64(content), tuple(name for name, _, _ in files))
