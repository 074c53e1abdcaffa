from pathlib import Path

import pytest

from lib.packaging.errors import PackagingError
from lib.packaging.wheels import download_wheels, read_wheel


@pytest.fixture
def requirements(tmp_path: Path) -> Path:
    return tmp_path / "requirements.txt"


def test_the_pure_wheel_is_fetched_and_not_the_compiled_one(
    tmp_path: Path, requirements: Path, make_wheel
):
    make_wheel("spade", {}, tag="cp311-cp311-manylinux_2_17_x86_64")
    requirements.write_text(make_wheel("spade", {"spade.py": b""}), encoding="utf-8")

    (wheel,) = download_wheels(requirements, tmp_path / "fetched", "3.11")

    assert wheel.name == "spade-1.0-py3-none-any.whl"


def test_a_package_with_compiled_wheels_only_is_refused(
    tmp_path: Path, requirements: Path, make_wheel
):
    compiled = make_wheel("spade", {}, tag="cp311-cp311-manylinux_2_17_x86_64")
    requirements.write_text(compiled, encoding="utf-8")

    with pytest.raises(PackagingError, match="No matching distribution found for spade"):
        download_wheels(requirements, tmp_path / "fetched", "3.11")


def test_a_package_that_runs_without_its_compiled_part_comes_without_it(
    tmp_path: Path, requirements: Path, make_wheel
):
    extension = "markupsafe/_speedups.cpython-311-x86_64-linux-gnu.so"
    files = {"markupsafe/__init__.py": b"", "markupsafe/_native.py": b"", extension: b"\x7fELF"}
    markupsafe = make_wheel("markupsafe", files, tag="cp311-cp311-manylinux2014_x86_64")
    requirements.write_text(make_wheel("spade", {}) + markupsafe, encoding="utf-8")

    fetched, spade = download_wheels(requirements, tmp_path / "fetched", "3.11")

    assert {name for name in read_wheel(fetched) if name.endswith((".py", ".so"))} == {
        "markupsafe/__init__.py",
        "markupsafe/_native.py",
    }
    assert spade.name == "spade-1.0-py3-none-any.whl"


def test_another_compiled_file_of_such_a_package_is_refused(wheels: Path, make_wheel):
    tag = "cp311-cp311-manylinux2014_x86_64"
    make_wheel("markupsafe", {"markupsafe/_native.so": b""}, tag=tag)

    with pytest.raises(PackagingError, match="holds a compiled file, markupsafe/_native"):
        read_wheel(wheels / f"markupsafe-1.0-{tag}.whl")


def test_a_comment_and_a_requirement_over_several_lines_are_read(
    tmp_path: Path, requirements: Path, make_wheel
):
    line = make_wheel("spade", {}).replace(" --hash", " \\\n    --hash")
    requirements.write_text(f"# What to dig with.\n\n{line}", encoding="utf-8")

    (wheel,) = download_wheels(requirements, tmp_path / "fetched", "3.11")

    assert wheel.name == "spade-1.0-py3-none-any.whl"


def test_a_wheel_of_another_digest_is_refused(tmp_path: Path, requirements: Path, make_wheel):
    expected = make_wheel("spade", {"spade.py": b""})
    make_wheel("spade", {"spade.py": b"import os"})
    requirements.write_text(expected, encoding="utf-8")

    with pytest.raises(PackagingError, match="HASHES"):
        download_wheels(requirements, tmp_path / "fetched", "3.11")


@pytest.mark.parametrize(
    ("name", "content"),
    [("spade/_fast.cpython-311-x86_64-linux-gnu.so", b""), ("spade/_fast.bin", b"\x7fELF\x02")],
)
def test_a_compiled_file_in_a_pure_wheel_is_refused(
    wheels: Path, make_wheel, name: str, content: bytes
):
    make_wheel("spade", {"spade/__init__.py": b"", name: content})

    with pytest.raises(PackagingError, match=f"holds a compiled file, {name}"):
        read_wheel(wheels / "spade-1.0-py3-none-any.whl")


def test_scripts_are_left_out_and_modules_kept_apart_are_refused(wheels: Path, make_wheel):
    make_wheel("spade", {"spade.py": b"", "spade-1.0.data/scripts/dig": b"#!python"})
    assert "spade-1.0.data/scripts/dig" not in read_wheel(wheels / "spade-1.0-py3-none-any.whl")

    make_wheel("spade", {"spade-1.0.data/purelib/spade.py": b""})
    with pytest.raises(PackagingError, match="keeps modules apart"):
        read_wheel(wheels / "spade-1.0-py3-none-any.whl")
