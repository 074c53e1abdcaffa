import io
import os
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lib.packaging.errors import PackagingError
from lib.packaging.function_zip import FunctionPackage, build_function_zip
from lib.packaging.source_tree import SourceTree

SHOP = {
    "functions/__init__.py": "",
    "functions/sell.py": "import boto3\nfrom stock import Shelf\nfrom stock.adapters import memory",
    "functions/count.py": "import json",
    "stock/__init__.py": "from .shelf import Shelf",
    "stock/shelf.py": "class Shelf: ...",
    "stock/adapters/__init__.py": "",
    "stock/adapters/memory.py": "def f():\n    from ..lazy import price",
    "stock/lazy.py": "price = 1",
    "stock/unused.py": "",
    "stock/notes.txt": "not code",
}


def lay_out(root: Path, files: dict[str, str]) -> Path:
    for name, text in files.items():
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    return root


def build(root: Path, entry: str = "functions.sell") -> FunctionPackage:
    return build_function_zip(entry, SourceTree(root, {"boto3"}), root.parent / f"{root.name}.zip")


def test_a_zip_holds_what_its_function_imports_and_nothing_else(tmp_path: Path):
    package = build(lay_out(tmp_path / "a", SHOP))

    with zipfile.ZipFile(package.path) as opened:
        held = [name for name in opened.namelist() if "__pycache__" not in name]
        assert held == [
            "functions/__init__.py",
            "functions/sell.py",
            "stock/__init__.py",
            "stock/adapters/__init__.py",
            "stock/adapters/memory.py",
            "stock/lazy.py",
            "stock/shelf.py",
        ]
        assert len(opened.namelist()) == 2 * len(held), "not every module has its bytecode"
    assert package.modules == (
        "functions",
        "functions.sell",
        "stock",
        "stock.adapters",
        "stock.adapters.memory",
        "stock.lazy",
        "stock.shelf",
    )


def test_place_date_mode_and_bytecode_of_the_sources_leave_no_trace(tmp_path: Path):
    first = lay_out(tmp_path / "a", SHOP)
    second = lay_out(tmp_path / "elsewhere" / "b", SHOP)
    for path in second.rglob("*.py"):
        os.utime(path, (1_000_000_000, 1_000_000_000))
        path.chmod(0o600)
    lay_out(second, {"stock/__pycache__/shelf.cpython-311.pyc": "bytecode"})

    packed = build(first).path.read_bytes()

    assert packed == build(second).path.read_bytes()
    with zipfile.ZipFile(io.BytesIO(packed)) as opened:
        assert not [
            name for name in opened.namelist() if str(tmp_path).encode() in opened.read(name)
        ]


def test_a_changed_import_changes_the_digest_and_an_unused_module_does_not(tmp_path: Path):
    root = lay_out(tmp_path / "a", SHOP)
    before = build(root).sha256_base64

    lay_out(root, {"stock/unused.py": "x = 1"})
    assert build(root).sha256_base64 == before
    lay_out(root, {"stock/lazy.py": "price = 2"})
    assert build(root).sha256_base64 != before


def test_an_import_that_only_the_developer_has_is_refused_by_file_and_name(tmp_path: Path):
    # pytest is installed here, and would be missing in Lambda.
    root = lay_out(tmp_path / "a", {"functions/f.py": "import json\nimport pytest"})

    with pytest.raises(PackagingError, match=r"functions/f\.py:2: pytest is not in"):
        build(root, "functions.f")


@pytest.mark.parametrize("statement", ["import stock.gone", "from stock.gone import x"])
def test_a_module_missing_from_a_package_of_ours_is_refused(tmp_path: Path, statement: str):
    root = lay_out(tmp_path / "a", {"functions/f.py": statement, "stock/__init__.py": ""})

    with pytest.raises(PackagingError, match=r"functions/f\.py:1: there is no module stock\.gone"):
        build(root, "functions.f")


def test_a_package_without_init_gives_its_modules_and_nothing_else(tmp_path: Path):
    root = lay_out(tmp_path / "a", {"f.py": "from plain import here", "plain/here.py": ""})
    assert build(root, "f").modules == ("f", "plain.here")

    lay_out(root, {"f.py": "from plain import gone"})
    with pytest.raises(PackagingError, match=r"there is no module plain\.gone"):
        build(root, "f")


def test_an_entry_module_that_does_not_exist_is_refused(tmp_path: Path):
    with pytest.raises(PackagingError, match=r"holds no module functions\.gone"):
        build(lay_out(tmp_path / "a", SHOP), "functions.gone")


@given(st.sets(st.tuples(st.integers(0, 7), st.integers(0, 7))))
def test_the_zip_holds_exactly_the_modules_in_reach_cycles_included(
    tmp_path_factory: pytest.TempPathFactory, edges: set[tuple[int, int]]
):
    sources = {
        f"m{n}.py": "\n".join(f"import m{b}" for a, b in sorted(edges) if a == n) for n in range(8)
    }
    reached: set[int] = set()
    pending = [0]
    while pending:
        node = pending.pop()
        if node not in reached:
            reached.add(node)
            pending += [b for a, b in edges if a == node]

    root = lay_out(tmp_path_factory.mktemp("graph") / "a", sources)

    assert build(root, "m0").modules == tuple(f"m{n}" for n in sorted(reached))


def test_a_function_is_called_by_a_name_without_its_room(tmp_path: Path):
    sources = {"functions/__init__.py": "", "functions/room/__init__.py": ""}
    sources["functions/room/f.py"] = "def handler(): return 7"
    root = lay_out(tmp_path / "a", sources)
    package = build(root, "functions.room.f")
    assert package.handler == "functions.f.handler"
    assert {"functions.f", "functions.room.f"} < set(package.modules)
    called = subprocess.run(
        [sys.executable, "-c", "import functions.f; print(functions.f.handler())"],
        env={"PYTHONPATH": str(package.path)},
        capture_output=True,
        text=True,
        check=True,
    )
    assert called.stdout == "7\n"
