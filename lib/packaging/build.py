"""Everything that a deployment uploads, built where it is missing or out of date."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from lib.packaging.function_zip import FunctionPackage, build_function_zip
from lib.packaging.layer import LayerPackage, build_layer
from lib.packaging.source_tree import SourceTree


@dataclass(frozen=True)
class Packages:
    """The functions' zips by function name, and the layer they share."""

    functions: Mapping[str, FunctionPackage]
    layer: LayerPackage


def function_modules(source_root: Path) -> tuple[str, ...]:
    """The names of the deployed functions, `telemetry.ingest`: one module of `functions/` each."""
    functions = source_root / "functions"
    files = sorted(file.relative_to(functions) for file in functions.rglob("[!_]*.py"))
    return tuple(".".join(file.with_suffix("").parts) for file in files)


def build_all(source_root: Path, functions: Sequence[str], build_directory: Path) -> Packages:
    """Package the named functions of `functions/` and the layer of `requirements.txt`.

    Needs a package index only when the layer's requirements or rules have changed. Raises
    PackagingError when a function or the layer cannot be built.
    """
    layer = build_layer(source_root / "requirements.txt", build_directory / "layer.zip")
    sources = SourceTree(source_root, frozenset(layer.top_level_modules))
    return Packages(
        functions={
            name: build_function_zip(f"functions.{name}", sources, build_directory / f"{name}.zip")
            for name in functions
        },
        layer=layer,
    )
