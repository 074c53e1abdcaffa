"""The real packages, unpacked as Lambda unpacks them."""

import os
import shutil
import subprocess
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest
from samples.interpreters import interpreter

from lib.packaging import Packages, build_all, function_modules
from lib.settings import RUNTIMES

ROOT = Path(__file__).parents[3]
FUNCTIONS = function_modules(ROOT / "lambda")

Run = Callable[..., subprocess.CompletedProcess[str]]


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """Run what asks for a `function` once for each module of lambda/functions."""
    if "function" in metafunc.fixturenames:
        metafunc.parametrize("function", FUNCTIONS)


@pytest.fixture(scope="session")
def packages() -> Packages:
    """All functions and the layer; needs a package index unless the layer was built before."""
    return build_all(ROOT / "lambda", FUNCTIONS, ROOT / "build")


@pytest.fixture(scope="session")
def layer(packages: Packages, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The directory that Lambda puts on the import path for the layer."""
    directory = tmp_path_factory.mktemp("layer")
    with zipfile.ZipFile(packages.layer.path) as opened:
        opened.extractall(directory)
    return directory / "python"


@pytest.fixture
def layer_without(layer: Path, tmp_path: Path) -> Callable[[str], Path]:
    """Make a copy of the layer from which one top-level module is missing."""

    def copy(module: str) -> Path:
        def only_module(directory: str, names: list[str]) -> list[str]:
            top = Path(directory) == layer
            return [name for name in names if top and name in (module, f"{module}.py")]

        return Path(shutil.copytree(layer, tmp_path / "layer", ignore=only_module))

    return copy


@pytest.fixture(scope="session", params=RUNTIMES)
def run_isolated(request: pytest.FixtureRequest) -> Run:
    """Run code that sees the given directories and the standard library, nothing else.

    It runs on every runtime that can be set, where this machine has the interpreter.
    """
    if (python := interpreter(request.param)) is None:
        pytest.skip(f"there is no {request.param} on this machine to run the packages on")

    def run(code: str, *directories: Path) -> subprocess.CompletedProcess[str]:
        path = [str(directory) for directory in directories]
        environment = {
            name: value for name, value in os.environ.items() if not name.startswith("AWS_")
        }
        environment |= {
            "AWS_ACCESS_KEY_ID": "testing",
            "AWS_SECRET_ACCESS_KEY": "testing",
            "AWS_REGION": "us-east-1",
            "AWS_DEFAULT_REGION": "us-east-1",
            "AWS_CONFIG_FILE": os.devnull,
            "AWS_SHARED_CREDENTIALS_FILE": os.devnull,
        }
        return subprocess.run(
            [python, "-I", "-S", "-c", f"import sys; sys.path[:0] = {path!r}\n{code}"],
            env=environment,
            capture_output=True,
            text=True,
            check=False,
            timeout=60,
        )

    return run
