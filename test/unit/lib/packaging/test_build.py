from pathlib import Path

import pytest

from lib.packaging import PackagingError, build_all


@pytest.fixture
def sources(tmp_path: Path, make_wheel) -> Path:
    """A source root of two functions, one of which needs the layer."""
    root = tmp_path / "lambda"
    (root / "functions").mkdir(parents=True)
    (root / "functions" / "dig.py").write_text("import spade", encoding="utf-8")
    (root / "functions" / "rest.py").write_text("import json", encoding="utf-8")
    requirement = make_wheel("spade", {"spade.py": b""})
    (root / "requirements.txt").write_text(requirement, encoding="utf-8")
    return root


def test_every_function_and_the_layer_lie_in_the_build_directory(tmp_path: Path, sources: Path):
    build = tmp_path / "build"

    packages = build_all(sources, ["dig", "rest"], build)

    assert {name: each.path for name, each in packages.functions.items()} == {
        "dig": build / "dig.zip",
        "rest": build / "rest.zip",
    }
    assert packages.layer.path == build / "layer.zip"
    assert all(each.path.is_file() for each in packages.functions.values())


def test_a_function_may_import_what_the_layer_holds_and_no_more(tmp_path: Path, sources: Path):
    (sources / "functions" / "dig.py").write_text("import bucket", encoding="utf-8")

    with pytest.raises(PackagingError, match=r"dig\.py:1: bucket"):
        build_all(sources, ["dig"], tmp_path / "build")
