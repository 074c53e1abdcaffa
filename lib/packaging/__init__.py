"""What is uploaded to Lambda: one zip per function and one layer, the same bytes everywhere."""

from lib.packaging.build import Packages, build_all, function_modules
from lib.packaging.errors import PackagingError
from lib.packaging.function_zip import FunctionPackage, build_function_zip
from lib.packaging.layer import LayerPackage, build_layer

__all__ = [
    "FunctionPackage",
    "LayerPackage",
    "Packages",
    "PackagingError",
    "build_all",
    "build_function_zip",
    "build_layer",
    "function_modules",
]
