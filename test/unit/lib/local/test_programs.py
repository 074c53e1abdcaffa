"""What is said when a program is missing or too old."""

from pathlib import Path

import pytest

from lib.local.errors import LocalPipelineError
from lib.local.programs import find_terraform, node_major_version, run_logged


@pytest.fixture
def search_path(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The only directory on the PATH, empty at first."""
    monkeypatch.setenv("PATH", str(tmp_path))
    return tmp_path


def program(directory: Path, name: str, prints: str) -> Path:
    file = directory / name
    file.write_text(f"#!/bin/sh\necho {prints}\n")
    file.chmod(0o755)
    return file


def test_a_missing_terraform_is_named(search_path: Path) -> None:
    with pytest.raises(LocalPipelineError, match=r"^Terraform is missing: .*1\.11"):
        find_terraform()


def test_opentofu_does_as_well(search_path: Path) -> None:
    tofu = program(search_path, "tofu", "")

    assert find_terraform() == str(tofu)


def test_terraform_is_preferred(search_path: Path) -> None:
    program(search_path, "tofu", "")
    terraform = program(search_path, "terraform", "")

    assert find_terraform() == str(terraform)


def test_a_missing_node_is_named(search_path: Path) -> None:
    with pytest.raises(LocalPipelineError, match=r"^Node\.js is missing"):
        node_major_version()


def test_an_old_node_is_refused(search_path: Path) -> None:
    program(search_path, "node", "v16.20.2")

    with pytest.raises(LocalPipelineError, match=r"^Node\.js 16 is too old"):
        node_major_version()


def test_the_major_version_of_node_is_told(search_path: Path) -> None:
    program(search_path, "node", "v20.20.2")

    assert node_major_version() == 20


def test_both_streams_go_to_the_log_after_what_is_there(tmp_path: Path) -> None:
    log = tmp_path / "logs" / "all.log"

    for word in ("first", "second"):
        run_logged(
            ["/bin/sh", "-c", f"echo {word}; echo {word} >&2"],
            directory=tmp_path,
            environment={},
            log=log,
        )

    assert [line for line in log.read_text().splitlines() if line and line[0] != "$"] == [
        "first",
        "first",
        "second",
        "second",
    ]
