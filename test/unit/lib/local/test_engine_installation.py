"""What is installed for the engine, and when it is installed again."""

import re
from pathlib import Path

from lib.local.engine_installation import REQUIREMENTS, is_installed
from lib.local.layout import Layout

TEXT = REQUIREMENTS.read_text(encoding="utf-8")


def test_every_package_is_pinned_and_hashed() -> None:
    entries = [entry for entry in re.split(r"\n(?=\w)", TEXT) if entry[0].isalpha()]

    assert len(entries) > 10
    assert [entry for entry in entries if not re.match(r"[\w-]+==\S+ \\\n +--hash=", entry)] == []


def test_no_registry_is_named() -> None:
    assert "://" not in TEXT
    assert "index" not in TEXT


def test_compiled_packages_are_hashed_for_every_platform() -> None:
    pyyaml = re.search(r"^pyyaml==(?:.+\\\n)+", TEXT, re.MULTILINE)

    assert pyyaml is not None
    assert pyyaml[0].count("sha256:") > 20


def test_nothing_is_installed_in_an_empty_directory(tmp_path: Path) -> None:
    assert not is_installed(Layout(tmp_path))


def test_what_was_installed_from_other_requirements_does_not_count(tmp_path: Path) -> None:
    layout = Layout(tmp_path)
    layout.engine_venv.mkdir(parents=True)
    (layout.engine_venv / "installed").write_text("0" * 64)

    assert not is_installed(layout)
