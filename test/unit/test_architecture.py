"""docs/architecture.md is about what is there."""

import re

import pytest

from lib.settings import PROJECT_ROOT

PAGE = (PROJECT_ROOT / "docs/architecture.md").read_text()
TREE, TEXT = PAGE.split("```")[1], "".join(PAGE.split("```")[2:])


def drawn_paths():
    """The directories that the tree draws, but for those that stand for many."""
    parent = ""
    for line in TREE.strip("\n").split("\n"):
        name = line.split()[0]
        if not line.startswith(" "):
            parent = name
        path = name if not line.startswith(" ") else f"{parent}{name}"
        yield path.replace("<context>/", "")


@pytest.mark.parametrize("path", drawn_paths())
def test_every_directory_of_the_tree_is_there(path):
    assert (PROJECT_ROOT / path).is_dir()


def test_every_package_that_runs_in_aws_is_drawn():
    packages = {path.parent.name for path in (PROJECT_ROOT / "lambda").glob("*/__init__.py")}
    assert {f"lambda/{package}/" for package in packages} <= set(drawn_paths())


@pytest.mark.parametrize("path", sorted(set(re.findall(r"`([\w/]+/[\w/]*[\w.]+\.py)`", TEXT))))
def test_every_file_that_the_text_names_is_there(path):
    assert any((PROJECT_ROOT / root / path).is_file() for root in ("", "lambda"))
