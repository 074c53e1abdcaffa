import os
import shutil
import sys
import zipfile
from pathlib import Path

import pytest

from lib.packaging import layer as packaging_layer
from lib.packaging.errors import PackagingError
from lib.packaging.layer import build_layer

CACHE = sys.implementation.cache_tag
SPADE = {"spade/__init__.py": b"", "spade/dig.py": b"", "spade_extra.py": b"", "readme.txt": b""}


@pytest.fixture
def requirements(tmp_path: Path, make_wheel) -> Path:
    path = tmp_path / "requirements.txt"
    path.write_text(make_wheel("spade", SPADE), encoding="utf-8")
    return path


def test_a_layer_holds_its_packages_and_their_licences_where_lambda_looks(
    tmp_path: Path, requirements: Path
):
    layer = build_layer(requirements, tmp_path / "build" / "layer.zip")

    with zipfile.ZipFile(layer.path) as opened:
        assert opened.namelist() == [
            f"python/__pycache__/spade_extra.{CACHE}.pyc",
            "python/readme.txt",
            "python/spade-1.0.dist-info/LICENSE",
            "python/spade-1.0.dist-info/METADATA",
            "python/spade/__init__.py",
            f"python/spade/__pycache__/__init__.{CACHE}.pyc",
            f"python/spade/__pycache__/dig.{CACHE}.pyc",
            "python/spade/dig.py",
            "python/spade_extra.py",
        ]
    assert layer.top_level_modules == ("spade", "spade_extra")


def test_two_layers_of_the_same_requirements_are_the_same_bytes(tmp_path: Path, requirements: Path):
    first = build_layer(requirements, tmp_path / "one" / "layer.zip")
    second = build_layer(requirements, tmp_path / "two" / "layer.zip")

    assert first.path.read_bytes() == second.path.read_bytes()
    assert first.sha256_base64 == second.sha256_base64


def test_a_layer_of_the_same_inputs_is_kept_without_an_index(
    tmp_path: Path, requirements: Path, wheels: Path
):
    destination = tmp_path / "layer.zip"
    built = build_layer(requirements, destination)
    os.utime(destination, (1, 1))
    shutil.rmtree(wheels)

    assert build_layer(requirements, destination) == built
    assert destination.stat().st_mtime == 1


def test_changed_services_build_the_layer_anew(tmp_path: Path, requirements: Path, wheels: Path):
    destination = tmp_path / "layer.zip"
    build_layer(requirements, destination, services={"sqs"})
    shutil.rmtree(wheels)

    with pytest.raises(PackagingError):
        build_layer(requirements, destination, services={"sns"})


def test_another_version_of_the_interpreter_builds_the_layer_anew(
    tmp_path: Path, requirements: Path, wheels: Path, monkeypatch: pytest.MonkeyPatch
):
    destination = tmp_path / "layer.zip"
    build_layer(requirements, destination)
    shutil.rmtree(wheels)
    monkeypatch.setattr(packaging_layer, "COMPILER", "cpython-311 3.11.0")

    with pytest.raises(PackagingError):
        build_layer(requirements, destination)


def test_a_damaged_layer_is_built_anew(tmp_path: Path, requirements: Path):
    destination = tmp_path / "layer.zip"
    built = build_layer(requirements, destination)
    whole = destination.read_bytes()
    destination.write_bytes(whole[:100])

    assert build_layer(requirements, destination) == built
    assert destination.read_bytes() == whole


def test_a_damaged_receipt_builds_the_layer_anew(tmp_path: Path, requirements: Path):
    destination = tmp_path / "layer.zip"
    built = build_layer(requirements, destination)
    (tmp_path / "layer.receipt.json").write_text("[]", encoding="utf-8")

    assert build_layer(requirements, destination) == built


def test_an_index_out_of_reach_is_named_as_the_likely_cause(
    tmp_path: Path, requirements: Path, wheels: Path
):
    shutil.rmtree(wheels)

    with pytest.raises(PackagingError, match=r"Is a package index within reach.*spade"):
        build_layer(requirements, tmp_path / "layer.zip")


def test_missing_requirements_are_named(tmp_path: Path):
    with pytest.raises(PackagingError, match=r"requirements cannot be read: .*gone\.txt"):
        build_layer(tmp_path / "gone.txt", tmp_path / "layer.zip")
