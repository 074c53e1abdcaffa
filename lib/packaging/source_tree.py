"""The modules below a source root, and which of them a module needs."""

import sys
from collections.abc import Collection
from dataclasses import dataclass, field
from pathlib import Path

from lib.packaging.errors import PackagingError
from lib.packaging.imports import Import, imports_of


@dataclass(frozen=True)
class SourceModule:
    """A module below the source root; `file` is None for a package without `__init__.py`."""

    name: str
    package: str
    file: Path | None
    source: bytes
    imports: tuple[Import, ...]


@dataclass(frozen=True)
class SourceTree:
    """A source root whose modules are each read once, and what they may import besides."""

    root: Path
    layer_modules: Collection[str]
    _modules: dict[str, SourceModule | None] = field(default_factory=dict, init=False, repr=False)

    def closure(self, entry_module: str) -> tuple[SourceModule, ...]:
        """The entry module and all that it imports below the root, in order of name.

        Raises PackagingError when there is no such module, or when one of them imports what is
        neither below the root, nor in the standard library, nor in the layer.
        """
        if self._module(entry_module) is None:
            raise PackagingError(f"{self.root} holds no module {entry_module}")
        found: dict[str, SourceModule] = {}
        pending = _with_parents(entry_module)
        while pending:
            name = pending.pop()
            module = self._module(name)
            if name in found or module is None:
                continue
            found[name] = module
            for statement in module.imports:
                pending += self._needed(module, statement)
        return tuple(found[name] for name in sorted(found))

    def _needed(self, importer: SourceModule, statement: Import) -> list[str]:
        top = statement.module.partition(".")[0]
        if self._module(top) is None:
            if top in sys.stdlib_module_names or top in self.layer_modules:
                return []
            raise PackagingError(
                f"{importer.file}:{statement.line}: {statement.module} is not in the source root,"
                " the standard library or the layer"
            )
        origin = self._module(statement.module)
        if origin is None:
            raise PackagingError(
                f"{importer.file}:{statement.line}: there is no module {statement.module}"
            )
        needed = _with_parents(statement.module)
        for name in statement.names:
            inner = f"{statement.module}.{name}"
            if self._module(inner) is not None:
                needed.append(inner)
            elif origin.file is None:
                raise PackagingError(
                    f"{importer.file}:{statement.line}: there is no module {inner}"
                )
        return needed

    def _module(self, name: str) -> SourceModule | None:
        if name not in self._modules:
            self._modules[name] = self._read(name)
        return self._modules[name]

    def _read(self, name: str) -> SourceModule | None:
        path = self.root.joinpath(*name.split("."))
        parent = name.rpartition(".")[0]
        for package, file in ((name, path / "__init__.py"), (parent, path.with_suffix(".py"))):
            if file.is_file():
                source = file.read_bytes()
                imports = tuple(imports_of(source, package=package, file=str(file)))
                return SourceModule(name, package, file, source, imports)
        return SourceModule(name, name, None, b"", ()) if path.is_dir() else None


def _with_parents(name: str) -> list[str]:
    rooms = name.split(".")
    return [".".join(rooms[:depth]) for depth in range(1, len(rooms) + 1)]
