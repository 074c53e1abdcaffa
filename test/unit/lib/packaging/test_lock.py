import json
from pathlib import Path

import pytest

from lib.packaging.errors import PackagingError
from lib.packaging.lock import LAYER_REQUIREMENTS, locked_requirements, write_requirements

ROOT = Path(__file__).parents[4]


def pins(requirements: Path) -> dict[str, tuple[str, set[str]]]:
    """Version and digests by package, read from a requirements file."""
    found: dict[str, tuple[str, set[str]]] = {}
    for line in requirements.read_text(encoding="utf-8").replace("\\\n", "").splitlines():
        if line and not line.startswith("#"):
            pin, *options = line.split()
            name, _, version = pin.partition("==")
            found[name] = (version, {option.removeprefix("--hash=") for option in options})
    return found


def lock_file(directory: Path, packages: dict[str, dict[str, object]]) -> Path:
    path = directory / "Pipfile.lock"
    path.write_text(json.dumps({"default": packages}), encoding="utf-8")
    return path


def test_the_layer_is_pinned_as_the_project_is():
    pinned = pins(ROOT / "lambda" / "requirements.txt")
    locked = locked_requirements(ROOT / "Pipfile.lock")

    assert {name: version for name, (version, _) in pinned.items()} == {
        each.name: each.version for each in locked
    }
    for each in locked:
        assert pinned[each.name][1]
        assert pinned[each.name][1] <= set(each.hashes)


def test_the_layers_requirements_name_no_index():
    text = (ROOT / "lambda" / "requirements.txt").read_text(encoding="utf-8")

    assert "://" not in text
    assert "index" not in text


def test_a_package_that_is_not_locked_is_named(tmp_path: Path):
    with pytest.raises(PackagingError, match="does not lock spade"):
        locked_requirements(lock_file(tmp_path, {}), ["spade"])


def test_of_the_locked_digests_only_that_of_the_wheel_that_is_taken_is_written(
    tmp_path: Path, make_wheel
):
    compiled_tag = "cp311-cp311-manylinux_2_17_x86_64"
    packages: dict[str, dict[str, object]] = {}
    taken: dict[str, set[str]] = {}
    for name in LAYER_REQUIREMENTS:
        # markupsafe publishes no pure wheel, and of compiled ones that of one platform is taken.
        tags = (compiled_tag, "py3-none-any")
        if name == "markupsafe":
            tags = ("cp311-cp311-macosx_11_0_arm64", "cp311-cp311-manylinux2014_x86_64")
        lines = [make_wheel(name.replace("-", "_"), {}, tag=tag) for tag in tags]
        digests = [line.split("--hash=")[1].strip() for line in lines]
        packages[name] = {"version": "==1.0", "hashes": digests}
        taken[name] = {digests[1]}
    destination = tmp_path / "requirements.txt"

    write_requirements(lock_file(tmp_path, packages), destination)

    assert pins(destination) == {name: ("1.0", digests) for name, digests in taken.items()}
