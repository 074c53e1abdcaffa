"""One function's zip: its module and the modules that it imports, nothing else."""

from dataclasses import dataclass
from pathlib import Path

from lib.packaging.archive import archive, sha256_base64, write_if_changed
from lib.packaging.bytecode import with_bytecode
from lib.packaging.source_tree import SourceTree

_UNPACKED = "/var/task"
_ENTRY = """from {} import handler as handler
"""


@dataclass(frozen=True)
class FunctionPackage:
    """A function's zip: where it lies, its digest, and the modules inside in order of name.

    handler: what Lambda is told to call. It is the same in whatever room the module stands, since
    Lambda changes a function's handler and its code one after the other.
    """

    path: Path
    sha256_base64: str
    modules: tuple[str, ...]
    handler: str


def build_function_zip(
    entry_module: str, sources: SourceTree, destination: Path
) -> FunctionPackage:
    """Zip the entry module (`functions.telemetry.ingest`) with all its imports below the root.

    The bytes depend on the sources and the interpreter's version alone. Raises PackagingError when
    an import can be met neither from the source root, nor from the standard library, nor from the
    layer.
    """
    files = [
        (module.name, module.file, module.source)
        for module in sources.closure(entry_module)
        if module.file is not None
    ]
    package, _, rest = entry_module.partition(".")
    called = ".".join(filter(None, [package, rest.rpartition(".")[2]]))
    archived = {file.relative_to(sources.root).as_posix(): source for _, file, source in files}
    archived.setdefault(f"{called.replace('.', '/')}.py", _ENTRY.format(entry_module).encode())
    content = archive(with_bytecode(archived, _UNPACKED))
    write_if_changed(destination, content)
    modules = tuple(sorted({called, *(name for name, _, _ in files)}))
    return FunctionPackage(destination, sha256_base64(content), modules, f"{called}.handler")
